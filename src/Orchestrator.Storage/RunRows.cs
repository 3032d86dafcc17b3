using System.Data.Common;
using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Runs as rows: the admitted task, the counters and the result.</summary>
internal sealed class RunRows(RunDatabase database) : IRunStore, ITaskStore
{
    /// <summary>A run with an open approval waits; one without a result runs.</summary>
    internal const string Status =
        """
        coalesce(r.status, CASE WHEN EXISTS(
          SELECT 1 FROM approvals a WHERE a.state = 'Open' AND (a.run_id = r.run_id OR a.run_id IN (SELECT s.run_id FROM runs s WHERE s.parent_run_id = r.run_id))
        ) THEN 'Waiting' ELSE 'Running' END)
        """;

    private const string Select =
        $"""
        SELECT r.run_id, r.name,
          {Status},
          r.model, r.requester, r.submitted_at, r.ended_at, r.turns, r.tool_calls, r.input_tokens, r.cached_tokens, r.output_tokens,
          r.cost_nanousd, r.result,
          (SELECT CASE WHEN e.kind = 'ProviderAwaited' THEN e.text END FROM events e WHERE e.run_id = r.run_id ORDER BY e.seq DESC LIMIT 1),
          r.lost_attempts, r.lost_nanousd, r.tenant, r.rowid,
          coalesce((SELECT s.kind = 'pause' FROM signals s WHERE s.run_id = r.run_id AND s.kind IN ('pause', 'resume') ORDER BY s.seq DESC LIMIT 1), FALSE), r.purged_at
        FROM runs r
        """;

    private const string SelectEvents = "SELECT seq, at, kind, turn, text, details, effect FROM events";

    /// <summary>How often a run was reopened.</summary>
    private const string Reopenings = "(SELECT count(*) FROM reopenings o WHERE o.run_id = runs.run_id)";

    public Task AddAsync(AdmittedTask task, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => { Add(connection, task); }, cancellationToken);

    public Task AddSubAgentsAsync(IReadOnlyList<AdmittedTask> agents, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            AdmittedTask[] added = [.. agents.Where(agent => Add(connection, agent))];
            foreach (AdmittedTask agent in added)
            {
                SubAgentRows.SetParent(connection, agent, agent.Parent!);
            }

            if (added is [{ Parent: { } parent }, ..])
            {
                string names = string.Join(", ", added.Select(agent => $"{agent.Task.Name} ({agent.RunId})"));
                database.Tell(connection, parent.RunId, new RunEvent(RunEventKind.SubAgentsStarted, parent.Turn, names));
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<RunSummary>> ListSubAgentsAsync(string run, string? effect, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"{Select} WHERE r.parent_run_id = $1 AND (CAST($2 AS TEXT) IS NULL OR r.parent_effect = $2) ORDER BY r.rowid", Read, run, effect),
        cancellationToken);

    public async Task<AdmittedTask> GetAsync(string run, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            connection => connection.Find(
                "SELECT task, model, model_reason, tenant FROM runs WHERE run_id = $1",
                ReadTask,
                run),
            cancellationToken)
        ?? throw new KeyNotFoundException($"There is no run {run}, or it was purged.");

    public Task<IReadOnlyList<UnfinishedRun>> ListUnfinishedAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"""
            SELECT run_id, is_scheduled, {Reopenings}, resumes_from,
              (SELECT p.status IS NOT NULL FROM runs p WHERE p.run_id = runs.parent_run_id)
            FROM runs WHERE status IS NULL ORDER BY rowid
            """,
            reader => new UnfinishedRun(
                reader.GetString(0),
                reader.GetBoolean(1),
                reader.GetInt32(2),
                reader.IsDBNull(3) ? null : JsonSerializer.Deserialize(reader.GetString(3), AgentJson.Default.RunState),
                reader.IsDBNull(4) ? null : reader.GetBoolean(4))),
        cancellationToken);

    public Task SetScheduledAsync(string run, int reopenings, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute($"UPDATE runs SET is_scheduled = TRUE WHERE run_id = $1 AND {Reopenings} = $2", run, reopenings),
        cancellationToken);

    public Task<RunSummary?> FindAsync(string run, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.Find($"{Select} WHERE r.run_id = $1", Read, run), cancellationToken);

    public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.Query($"{Select} WHERE r.parent_run_id IS NULL ORDER BY r.rowid DESC", Read), cancellationToken);

    public Task<FoundRuns> SearchAsync(RunQuery query, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            IReadOnlyList<RunSummary> found = connection.Query(
                $"""
                {Select} WHERE r.parent_run_id IS NULL AND (CAST($1 AS BIGINT) IS NULL OR r.rowid < $1)
                  AND (CAST($2 AS TEXT) IS NULL OR instr($2, '|' || {Status} || '|') > 0)
                  AND (CAST($3 AS TEXT) IS NULL OR r.requester = $3)
                  AND (CAST($4 AS TEXT) IS NULL OR instr(lower(r.name), lower($4)) > 0 OR instr(lower(r.run_id), lower($4)) = 1)
                  AND (CAST($5 AS TEXT) IS NULL OR r.tenant = $5)
                ORDER BY r.rowid DESC LIMIT $6
                """,
                Read,
                query.Before,
                query.Statuses is null ? null : $"|{string.Join('|', query.Statuses)}|",
                query.Requester,
                query.Text,
                query.Tenant,
                query.Limit + 1);
            return new FoundRuns([.. found.Take(query.Limit)], found.Count > query.Limit ? found[query.Limit - 1].Sequence : null);
        },
        cancellationToken);

    public Task<IReadOnlyList<StoredRunEvent>> ReadNewestEventsAsync(string run, long? before, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredRunEvent>>(
            connection =>
            [
                .. connection.Query(
                    $"{SelectEvents} WHERE run_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3", reader => ReadEvent(run, reader), run, before, limit)
                    .Reverse(),
            ],
            cancellationToken);

    public Task<StoredSubmission?> FindSubmissionAsync(SubmissionKey key, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindSubmission(connection, key), cancellationToken);

    public Task<StoredSubmission> AddOnceAsync(AdmittedTask task, SubmissionKey key, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => AddOnce(connection, task, key), cancellationToken);

    /// <summary>Adds a run, unless one stands under its key.</summary>
    internal StoredSubmission AddOnce(SqlSession connection, AdmittedTask task, SubmissionKey key)
    {
        if (FindSubmission(connection, key) is { } known)
        {
            return known;
        }

        Add(connection, task);
        connection.Execute(
            "INSERT INTO submissions(tenant, requester, key, digest, run_id) VALUES($1, $2, $3, $4, $5)",
            key.Tenant, key.Requester, key.Key, key.Digest, task.RunId);
        return new StoredSubmission(task.RunId, IsSame: true);
    }

    private static StoredSubmission? FindSubmission(SqlSession connection, SubmissionKey key) => connection.Find(
        "SELECT run_id, digest = $4 FROM submissions WHERE tenant = $1 AND requester = $2 AND key = $3",
        reader => new StoredSubmission(reader.GetString(0), reader.GetBoolean(1)),
        key.Tenant, key.Requester, key.Key, key.Digest);

    public Task<IReadOnlyList<StoredRunEvent>> ReadEventsAsync(string run, long after, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => connection.Query(
                $"{SelectEvents} WHERE run_id = $1 AND seq > $2 ORDER BY seq",
                reader => ReadEvent(run, reader),
                run, after),
            cancellationToken);

    public Task<RunResult?> FinishAsync(
        string run, int reopenings, RunResult result, RunState? resumesFrom, RunEvent happened, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                int finished = connection.Execute(
                    $"""
                    UPDATE runs SET status = $2, result = $3, ended_at = $4, resumes_from = $5
                    WHERE run_id = $1 AND status IS NULL AND {Reopenings} = $6
                    """,
                    run,
                    result.Status.ToString(),
                    JsonSerializer.Serialize(result, AgentJson.Default.RunResult),
                    database.Now,
                    resumesFrom is null ? null : JsonSerializer.Serialize(resumesFrom, AgentJson.Default.RunState),
                    reopenings);
                if (finished == 1)
                {
                    SignalRows.WithdrawApprovals(connection, run);
                    CompactionRows.EndBegun(connection, run);
                    AccountRows.Release(connection, run);
                    connection.Execute("DELETE FROM held_runs WHERE run_id = $1", run);
                    connection.Execute("DELETE FROM doorbells WHERE approval_id = $1 OR approval_id IN (SELECT id FROM approvals WHERE run_id = $1)", run);
                    database.Tell(connection, run, happened);
                    database.Note(connection, new AuditAct(AuditAct.System, AuditKind.RunFinished, run, run, result.Reason is null ? $"{result.Status}" : $"{result.Status}: {result.Reason}"));
                    SubAgentRows.TellEnd(connection, database, run, happened.Text);
                    NotificationRows.AddFinished(database, connection, run, reopenings);
                }

                RunSummary stored = connection.Find($"{Select} WHERE r.run_id = $1", Read, run)
                    ?? throw new KeyNotFoundException($"There is no run {run} to finish.");
                return stored.Result;
            },
            cancellationToken);

    public Task ReopenAsync(string run, string person, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            RunSummary? ended = connection.Find($"{Select} WHERE r.run_id = $1 AND r.resumes_from IS NOT NULL", Read, run);
            if (ended?.Result is not { } result)
            {
                return;
            }

            connection.Execute(
                $"""
                INSERT INTO reopenings(run_id, number, person, at, result)
                SELECT run_id, 1 + {Reopenings}, $2, $3, result FROM runs WHERE run_id = $1
                """,
                run, person, database.Now);
            connection.Execute("UPDATE runs SET status = NULL, result = NULL, ended_at = NULL, is_scheduled = FALSE WHERE run_id = $1", run);
            database.Tell(connection, run, new RunEvent(RunEventKind.Reopened, ended.Turns, $"by {person}, after: {result.Reason}"));
            database.Note(connection, new AuditAct(person, AuditKind.RunReopened, run, run, $"after: {result.Reason}"));
        },
        cancellationToken);

    /// <summary>Has another model work on a run from now on; one that has taken over already does so once.</summary>
    /// <returns>Whether it is this that did it.</returns>
    internal static bool TakeOver(SqlSession connection, string run, TakeOver takesOver) => connection.Execute(
        "UPDATE runs SET model = $3, model_reason = $4 WHERE run_id = $1 AND model = $2", run, takesOver.From, takesOver.To, takesOver.Reason) == 1;

    internal static void CountToolCall(SqlSession connection, string run) =>
        connection.Execute("UPDATE runs SET tool_calls = tool_calls + 1 WHERE run_id = $1", run);

    /// <summary>Notes answers that were lost; what they cost is counted as spent beside.</summary>
    internal static void CountLost(SqlSession connection, string run, LostAttempts lost) => connection.Execute(
        "UPDATE runs SET lost_attempts = lost_attempts + $2, lost_nanousd = lost_nanousd + $3 WHERE run_id = $1", run, lost.Count, Money.ToNano(lost.CostUsd));

    /// <summary>
    /// Counts what a provider billed, for a turn or for the compaction behind it, and tells of accounts that come to their end; what a
    /// sub-agent spends is spent by the run that it works for, too.
    /// </summary>
    internal static void CountSpent(RunDatabase database, SqlSession connection, string run, int turn, TokenUsage usage, decimal usd)
    {
        connection.Execute(
            $"""
            UPDATE runs SET input_tokens = input_tokens + $2, cached_tokens = cached_tokens + $3,
              output_tokens = output_tokens + $4, cost_nanousd = cost_nanousd + $5
            WHERE run_id IN {SubAgentRows.Above}
            """,
            run, usage.InputTokens, usage.CachedInputTokens, usage.OutputTokens, Money.ToNano(usd));
        foreach (RunEvent told in AccountRows.Settle(connection, run, turn, usd))
        {
            database.Tell(connection, run, told);
        }
    }

    /// <summary>Adds a run.</summary>
    /// <returns>False if it was there.</returns>
    internal bool Add(SqlSession connection, AdmittedTask task)
    {
        int added = connection.Execute(
            "INSERT INTO runs(run_id, name, task, model, requester, submitted_at, tenant) VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            task.RunId, task.Task.Name, JsonSerializer.Serialize(task, AgentJson.Default.AdmittedTask), task.Model, task.Requester, database.Now,
            task.Tenant);
        if (added == 1)
        {
            database.Tell(connection, task.RunId, new RunEvent(RunEventKind.Submitted, 0, $"{task.Task.Name}, by {task.Requester}"));
            database.Note(connection, SubmissionOf(task));
        }

        return added == 1;
    }

    private static AuditAct SubmissionOf(AdmittedTask task) => task switch
    {
        { Parent: { } parent } => new(AuditAct.System, AuditKind.RunSubmitted, task.RunId, task.RunId, $"{task.Task.Name}, for run {parent.RunId}"),
        { Fork: { } fork } => new(task.Requester, AuditKind.RunForked, task.RunId, task.RunId, $"{task.Task.Name}, from run {fork.RunId} behind turn {fork.Turn}"),
        _ => new(task.Requester, AuditKind.RunSubmitted, task.RunId, task.RunId, task.Task.Name),
    };

    private static AdmittedTask? ReadTask(DbDataReader reader)
    {
        AdmittedTask? admitted = JsonSerializer.Deserialize(reader.GetString(0), AgentJson.Default.AdmittedTask);
        admitted = admitted is null ? null : admitted with { Tenant = reader.GetString(3) };
        return admitted is null || reader.IsDBNull(2) ? admitted : admitted with { Model = reader.GetString(1), ModelReason = reader.GetString(2) };
    }

    private static StoredRunEvent ReadEvent(string run, DbDataReader reader) => new(
        run,
        reader.GetInt64(0),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        new RunEvent(Enum.Parse<RunEventKind>(reader.GetString(2)), reader.GetInt32(3), reader.GetString(4))
        {
            Details = reader.IsDBNull(5) ? null : reader.GetString(5),
            Effect = reader.IsDBNull(6) ? null : reader.GetString(6),
        });

    private RunSummary Read(DbDataReader reader) => new()
    {
        RunId = reader.GetString(0),
        Name = reader.GetString(1),
        Status = Enum.Parse<RunStatus>(reader.GetString(2)),
        Model = reader.GetString(3),
        Requester = reader.GetString(4),
        SubmittedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5)),
        EndedAt = reader.IsDBNull(6) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6)),
        Turns = reader.GetInt32(7),
        ToolCalls = reader.GetInt32(8),
        Usage = new TokenUsage(reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11)),
        CostUsd = Money.ToUsd(reader.GetInt64(12)),
        Result = reader.IsDBNull(13) ? null : JsonSerializer.Deserialize(reader.GetString(13), AgentJson.Default.RunResult)?.In(database.Data, reader.GetString(0)),
        ProviderWait = reader.IsDBNull(14) ? null : reader.GetString(14),
        Lost = new LostAttempts(reader.GetInt32(15), Money.ToUsd(reader.GetInt64(16))),
        Tenant = reader.GetString(17),
        Sequence = reader.GetInt64(18),
        IsPaused = reader.GetBoolean(19),
        PurgedAt = reader.IsDBNull(20) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(20)),
    };
}
