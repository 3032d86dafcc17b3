using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>What a run's row shares with those of its sub-agents: it waits with them, is canceled with them and pays for them.</summary>
internal static class SubAgentRows
{
    /// <summary>The run that is $1, and its sub-agents.</summary>
    public const string Family = "(SELECT run_id FROM runs WHERE run_id = $1 UNION ALL SELECT run_id FROM runs WHERE parent_run_id = $1)";

    /// <summary>The run that is $1, and the one that it works for, if any.</summary>
    public const string Above = "($1, (SELECT parent_run_id FROM runs WHERE run_id = $1))";

    /// <summary>Notes whom a run works for. Its orchestration is started by that one's, not by the keeper of runs.</summary>
    public static void SetParent(SqlSession connection, AdmittedTask agent, SubAgentOf parent) => connection.Execute(
        "UPDATE runs SET parent_run_id = $2, parent_turn = $3, parent_effect = $4, is_scheduled = TRUE WHERE run_id = $1",
        agent.RunId, parent.RunId, parent.Turn, parent.Effect);

    /// <summary>Tells the run that a sub-agent works for of its end; nothing for a run that works for none.</summary>
    public static void TellEnd(SqlSession connection, RunDatabase database, string run, string end)
    {
        (string Parent, int Turn, string Name)? agent = connection.Find(
            "SELECT parent_run_id, parent_turn, name FROM runs WHERE run_id = $1 AND parent_run_id IS NOT NULL",
            reader => ((string, int, string)?)(reader.GetString(0), reader.GetInt32(1), reader.GetString(2)),
            run);
        if (agent is { } ended)
        {
            database.Tell(connection, ended.Parent, new RunEvent(RunEventKind.SubAgentEnded, ended.Turn, $"{ended.Name} ({run}): {end}"));
        }
    }
}
