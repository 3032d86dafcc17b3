using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Steering;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Signals as rows.</summary>
internal sealed class SignalRows(RunDatabase database) : ISignalStore
{
    public Task<bool> CancelAsync(string run, string person, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            bool isUnderWay = connection.Find("SELECT 1 FROM runs WHERE run_id = $1 AND status IS NULL", reader => reader.GetInt32(0), run) == 1;
            if (!isUnderWay)
            {
                return false;
            }

            bool isAsked = connection.Find("SELECT 1 FROM signals WHERE run_id = $1 AND kind = 'cancel' LIMIT 1", reader => reader.GetInt32(0), run) == 1;
            if (isAsked)
            {
                return true;
            }

            connection.Execute(
                """
                INSERT INTO signals(run_id, seq, kind, person, at)
                SELECT $1, coalesce(max(seq), 0) + 1, 'cancel', $2, $3 FROM signals WHERE run_id = $1
                """,
                run, person, database.Now);
            database.Note(connection, new AuditAct(person, AuditKind.RunCanceled, run, run, string.Empty));
            WithdrawApprovals(connection, run);

            // The run itself, or a sub-agent, may wait, too: for its provider.
            connection.Execute(
                $"INSERT INTO doorbells(approval_id) SELECT run_id FROM runs WHERE run_id IN {SubAgentRows.Family} AND status IS NULL ON CONFLICT DO NOTHING",
                run);
            return true;
        },
        cancellationToken);

    public Task<bool> IsCanceledAsync(string run, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => IsCanceled(connection, run), cancellationToken);

    /// <summary>A sub-agent is canceled with the run that it works for.</summary>
    internal static bool IsCanceled(SqlSession connection, string run) =>
        connection.Find($"SELECT 1 FROM signals WHERE run_id IN {SubAgentRows.Above} AND kind = 'cancel' LIMIT 1", reader => reader.GetInt32(0), run) == 1;

    /// <summary>Closes the open questions of a run and of its sub-agents, and wakes whoever waits for them.</summary>
    internal static void WithdrawApprovals(SqlSession connection, string run)
    {
        connection.Execute(
            $"INSERT INTO doorbells(approval_id) SELECT id FROM approvals WHERE run_id IN {SubAgentRows.Family} AND state = 'Open' ON CONFLICT DO NOTHING",
            run);
        connection.Execute($"UPDATE approvals SET state = 'Withdrawn' WHERE run_id IN {SubAgentRows.Family} AND state = 'Open'", run);
    }
}
