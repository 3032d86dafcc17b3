using Orchestrator.Agent.Tracing;

namespace Orchestrator.Storage;

/// <summary>What of which run was told to the collector of traces, as rows.</summary>
internal sealed class TraceRows(RunDatabase database) : ITraceStore
{
    /// <summary>What ended longer ago was not told when it could have been: nobody listened.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    public Task<IReadOnlyList<DueTrace>> ListDueAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            """
            SELECT r.run_id, coalesce(t.turns, 0), CASE WHEN r.status IS NULL AND r.turns = 0 THEN 0 WHEN r.status IS NULL THEN r.turns - 1 ELSE r.turns END, coalesce(t.seen, 0),
              r.status IS NOT NULL AND t.is_over IS NOT TRUE
            FROM runs r LEFT JOIN traces t ON t.run_id = r.run_id
            WHERE (r.status IS NULL AND r.turns - 1 > coalesce(t.turns, 0))
              OR (r.ended_at > $1 AND r.status IS NOT NULL AND r.purged_at IS NULL AND (t.is_over IS NOT TRUE OR r.turns > t.turns))
            LIMIT 100
            """,
            reader => new DueTrace(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetBoolean(4)),
            database.Now - (long)Forgotten.TotalMilliseconds),
        cancellationToken);

    public Task<bool> TryTakeAsync(DueTrace due, long seen, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            connection.Execute(
                """
                INSERT INTO traces(run_id, turns, seen, is_over)
                SELECT run_id, 0, 0, FALSE FROM runs WHERE run_id = $1 AND purged_at IS NULL ON CONFLICT DO NOTHING
                """,
                due.Run);
            return connection.Execute(
                "UPDATE traces SET turns = $3, is_over = is_over OR $4, seen = $5 WHERE run_id = $1 AND turns = $2 AND NOT (is_over AND $4)",
                due.Run, due.Told, due.Turns, due.IsOver, seen) == 1;
        },
        cancellationToken);

    public Task<WorkAtHand> CountAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find(
            """
            SELECT (SELECT count(*) FROM runs WHERE status IS NULL), (SELECT count(*) FROM approvals WHERE state = 'Open'),
              (SELECT min(opened_at) FROM approvals WHERE state = 'Open')
            """,
            reader => new WorkAtHand(
                reader.GetInt32(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2))))!,
        cancellationToken);
}
