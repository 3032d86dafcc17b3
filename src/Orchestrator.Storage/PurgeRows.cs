using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Agent.Timeline;
using Orchestrator.Files;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>
/// Purges as rows. The mark, the act in the audit and the intent to remove the rest are one transaction; the rest goes in transactions that
/// are small enough for others to write in between.
/// </summary>
internal sealed class PurgeRows(RunDatabase database, RunHome home) : IPurgeStore
{
    /// <summary>Of payloads that is 12.5 MiB.</summary>
    private const int Batch = 200;

    /// <summary>A purge under way takes seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Of what ended longer ago nobody is told any more who wasn't by then: channels and hosts are away for days at most.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(7);

    /// <summary>What of a run somebody has yet to be told, as the end of a sentence.</summary>
    private const string Untold =
        $"""
        SELECT CASE
          WHEN EXISTS(SELECT 1 FROM notices WHERE run_id IN {SubAgentRows.Family})
            OR EXISTS(SELECT 1 FROM notifications WHERE state = 'Waiting' AND run_id IN {SubAgentRows.Family}) THEN 'people have yet to be told of it'
          WHEN EXISTS(
            SELECT 1 FROM ticket_comments c LEFT JOIN ticket_transitions m ON m.run_id = c.run_id AND m.stage = m.aim
            WHERE c.run_id = r.run_id AND NOT c.is_refused AND {TicketCommentRows.IsUntold}) THEN 'its ticket has yet to be told of its end'
          WHEN EXISTS(
            SELECT 1 FROM ticket_transitions m JOIN tickets t ON t.run_id = m.run_id
            WHERE m.run_id = r.run_id AND {TicketTransitionRows.IsUnfollowed}) THEN 'its ticket has yet to follow its end'
        END
        FROM runs r WHERE r.run_id = $1 AND r.ended_at > $2
        """;

    /// <summary>Of which runs have many rows, and what one of them is named by within its run.</summary>
    private static readonly (string Table, string Key)[] ManyRows =
    [
        ("events", "seq"), ("transcript", "seq"), ("transcript_keys", "key"), ("replies", "turn"), ("payloads", "hash"), ("effects", "effect_id"),
        ("run_files", "path"),
    ];

    private static readonly string[] FewRows =
    [
        "verdicts", "signals", "reopenings", "compactions", "account_reservations", "held_runs", "notices", "notifications", "tickets", "ticket_comments",
        "ticket_transitions", "traces",
    ];

    public Task<IReadOnlyList<string>> ListDueAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            "SELECT run_id FROM runs WHERE ended_at < $1 AND ended_at IS NOT NULL AND purged_at IS NULL AND parent_run_id IS NULL ORDER BY ended_at LIMIT $2",
            reader => reader.GetString(0),
            endedBefore.ToUnixTimeMilliseconds(), limit),
        cancellationToken);

    public Task<PurgeRuling> LookAsync(string run, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Look(connection, run), cancellationToken);

    public async Task<PurgeRuling> BeginAsync(string run, string person, string why, CancellationToken cancellationToken)
    {
        using IDisposable? alone = await LockFile.TakeAsync(database.Data.PurgeLock, Patience, database.Time, cancellationToken);
        return alone is null
            ? new PurgeRuling.Busy($"A backup is being taken, a bundle made or another run purged, so run {run} can't be purged now: try again when that is done.")
            : await database.WriteAsync(connection => Begin(connection, run, new AuditAct(person, AuditKind.RunPurged, run, run, why)), cancellationToken);
    }

    public Task<bool> IsHereAsync(CancellationToken cancellationToken) => home.IsHereAsync(cancellationToken);

    public Task<IReadOnlyList<string>> ListBegunAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query("SELECT run_id FROM purges ORDER BY run_id", reader => reader.GetString(0)), cancellationToken);

    public async Task RemoveRecordsAsync(string run, CancellationToken cancellationToken)
    {
        foreach ((string table, string key) in ManyRows)
        {
            string removal = $"DELETE FROM {table} WHERE run_id = $1 AND {key} IN (SELECT {key} FROM {table} WHERE run_id = $1 LIMIT {Batch})";
            while (await database.WriteAsync(connection => connection.Execute(removal, run), cancellationToken) == Batch)
            {
            }
        }

        await database.WriteAsync(connection => RemoveRest(connection, run), cancellationToken);
    }

    public Task FinishAsync(string run, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => connection.Execute("DELETE FROM purges WHERE run_id = $1", run), cancellationToken);

    private PurgeRuling Begin(SqlSession connection, string run, AuditAct act)
    {
        PurgeRuling ruling = Look(connection, run);
        if (ruling is PurgeRuling.Free)
        {
            foreach (string member in connection.Query($"SELECT run_id FROM runs WHERE run_id IN {SubAgentRows.Family}", reader => reader.GetString(0), run))
            {
                Mark(connection, member);
            }

            database.Note(connection, act);
        }

        return ruling;
    }

    private PurgeRuling Look(SqlSession connection, string run)
    {
        (bool IsOver, bool IsPurged, string? Parent)? found = connection.Find(
            "SELECT status IS NOT NULL, purged_at IS NOT NULL, parent_run_id FROM runs WHERE run_id = $1",
            reader => ((bool, bool, string?)?)(reader.GetBoolean(0), reader.GetBoolean(1), reader.IsDBNull(2) ? null : reader.GetString(2)),
            run);
        return found switch
        {
            null => new PurgeRuling.Needed($"There is no run {run}."),
            { Parent: { } parent } => new PurgeRuling.Needed($"Run {run} is a sub-agent's of run {parent}, and goes with that one."),
            { IsPurged: true } => new PurgeRuling.Begun(),
            { IsOver: false } => new PurgeRuling.Needed($"Run {run} is not over: wait for its end, or cancel it first."),
            _ when AgentAtWork(connection, run) is { } agent => new PurgeRuling.Needed($"Run {agent}, a sub-agent's of run {run}, is not over: wait for its end."),
            _ when ForkAtWork(connection, run) is { } fork => new PurgeRuling.Needed($"Run {fork} is a fork of run {run} and not over: wait for its end, or cancel it first."),
            _ when UntoldOf(connection, run) is { } untold => new PurgeRuling.Needed(
                $"Of run {run} not all is told: {untold}. Wait until that is done; {Forgotten.TotalDays:0} days after its end it may go in any case."),
            _ => new PurgeRuling.Free(),
        };
    }

    private string? UntoldOf(SqlSession connection, string run) => connection.Find(
        Untold, reader => reader.IsDBNull(0) ? null : reader.GetString(0), run, database.Now - (long)Forgotten.TotalMilliseconds);

    private static string? AgentAtWork(SqlSession connection, string run) => connection.Find(
        "SELECT run_id FROM runs WHERE parent_run_id = $1 AND status IS NULL LIMIT 1", reader => reader.GetString(0), run);

    /// <summary>A fork that can be resumed may still have to lay out its files, too.</summary>
    private static string? ForkAtWork(SqlSession connection, string run) => connection.Query(
            "SELECT task FROM runs WHERE (status IS NULL OR resumes_from IS NOT NULL) AND instr(task, $1) > 0",
            reader => JsonSerializer.Deserialize(reader.GetString(0), AgentJson.Default.AdmittedTask),
            run)
        .FirstOrDefault(task => task?.Fork?.RunId == run)?.RunId;

    /// <summary>What everybody is shown of the run is gone with this; its result says how it ended and what it cost.</summary>
    private void Mark(SqlSession connection, string run)
    {
        RunResult ended = connection.Find(
            "SELECT status, turns, tool_calls, input_tokens, cached_tokens, output_tokens, cost_nanousd FROM runs WHERE run_id = $1",
            reader => new RunResult
            {
                Status = Enum.Parse<RunStatus>(reader.GetString(0)),
                Turns = reader.GetInt32(1),
                ToolCalls = reader.GetInt32(2),
                Usage = new TokenUsage(reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)),
                CostUsd = Money.ToUsd(reader.GetInt64(6)),
            },
            run)!;
        connection.Execute(
            "UPDATE runs SET purged_at = $2, task = 'null', result = $3, model_reason = NULL, resumes_from = NULL, snapshot = NULL WHERE run_id = $1",
            run, database.Now, JsonSerializer.Serialize(ended, AgentJson.Default.RunResult));
        RemoveApprovals(connection, run);
        connection.Execute("INSERT INTO purges(run_id) VALUES($1) ON CONFLICT DO NOTHING", run);
    }

    /// <summary>They have addresses of their own, under which they would still be shown.</summary>
    private static void RemoveApprovals(SqlSession connection, string run)
    {
        foreach (string table in (string[])["approval_votes", "approval_comments", "doorbells"])
        {
            connection.Execute($"DELETE FROM {table} WHERE approval_id IN (SELECT id FROM approvals WHERE run_id = $1)", run);
        }

        connection.Execute("DELETE FROM approvals WHERE run_id = $1", run);
    }

    private static void RemoveRest(SqlSession connection, string run)
    {
        RemoveApprovals(connection, run);
        foreach (string table in FewRows)
        {
            connection.Execute($"DELETE FROM {table} WHERE run_id = $1", run);
        }

        connection.Execute("DELETE FROM always_rules WHERE scope = 'Run' AND scope_of = $1", run);

        // A host that was away removes what it has of runs that it doesn't hold: nobody holds this one.
        connection.Execute("DELETE FROM workspaces WHERE run_id = $1 AND host = 'data' AND epoch <= 1", run);
        connection.Execute("UPDATE workspaces SET host = '', epoch = 0, restored = NULL WHERE run_id = $1", run);
    }
}
