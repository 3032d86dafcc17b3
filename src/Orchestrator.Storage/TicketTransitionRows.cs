using System.Data.Common;
using Orchestrator.Agent.Intake.Transitions;

namespace Orchestrator.Storage;

/// <summary>How far tickets follow their runs as rows, one for each run whose ticket is moved.</summary>
internal sealed class TicketTransitionRows(RunDatabase database) : ITicketTransitionStore
{
    /// <summary>The stage that a run is at.</summary>
    private const string Aim = "CASE WHEN r.status IS NULL THEN 'Started' WHEN r.status = 'Accepted' THEN 'Accepted' ELSE 'Failed' END";

    /// <summary>
    /// Whether the ticket t doesn't follow the run r, by what m says. It follows its newest run alone: what came late of an older one would be
    /// taken for how the newer one stands.
    /// </summary>
    internal const string IsUnfollowed =
        $"""
        coalesce(m.stage, '') <> {Aim}
          AND NOT EXISTS(
            SELECT 1 FROM tickets o JOIN runs n ON n.run_id = o.run_id
            WHERE o.source = t.source AND o.repository = t.repository AND o.number = t.number AND n.rowid > r.rowid)
        """;

    private const string Select = "SELECT run_id, aim, stage, under_way, attempts, failure, due_at FROM ticket_transitions WHERE run_id = $1";

    /// <summary>What ended longer ago isn't followed any more: hosts are away for days at most.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(7);

    /// <summary>The same for runs of which nothing was followed: nobody had asked for that yet.</summary>
    private static readonly TimeSpan NeverMoved = TimeSpan.FromHours(1);

    public Task<IReadOnlyList<DueTransition>> ListDueAsync(string source, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"""
            SELECT r.run_id, {Aim} FROM runs r JOIN tickets t ON t.run_id = r.run_id LEFT JOIN ticket_transitions m ON m.run_id = r.run_id
            WHERE r.purged_at IS NULL AND (r.status IS NULL OR (r.ended_at > $2 AND (m.run_id IS NOT NULL OR r.ended_at > $3)))
              AND t.source = $1
              AND coalesce(m.due_at, 0) <= $4
              AND {IsUnfollowed}
            ORDER BY coalesce(m.due_at, 0) LIMIT 100
            """,
            reader => new DueTransition(reader.GetString(0), Enum.Parse<TicketStage>(reader.GetString(1))),
            source, database.Now - (long)Forgotten.TotalMilliseconds, database.Now - (long)NeverMoved.TotalMilliseconds, database.Now),
        cancellationToken);

    public Task<TicketTransition?> TakeAsync(DueTransition due, DateTimeOffset until, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            connection.Execute(
                """
                INSERT INTO ticket_transitions(run_id, aim, attempts, due_at)
                SELECT run_id, $2, 0, 0 FROM runs WHERE run_id = $1 AND purged_at IS NULL ON CONFLICT DO NOTHING
                """,
                due.RunId, due.Aim.ToString());

            // What is known of another stage's move says nothing of this one's.
            connection.Execute(
                "UPDATE ticket_transitions SET aim = $2, under_way = NULL, attempts = 0, failure = NULL WHERE run_id = $1 AND aim <> $2 AND due_at <= $3",
                due.RunId, due.Aim.ToString(), database.Now);
            int taken = connection.Execute(
                "UPDATE ticket_transitions SET attempts = attempts + 1, due_at = $2 WHERE run_id = $1 AND aim = $3 AND due_at <= $4 AND coalesce(stage, '') <> $3",
                due.RunId, until.ToUnixTimeMilliseconds(), due.Aim.ToString(), database.Now);
            return taken == 1 ? connection.Find(Select, Read, due.RunId) : null;
        },
        cancellationToken);

    public Task<bool> KeepAsync(TicketTransition taken, TicketTransition now, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            """
            UPDATE ticket_transitions SET stage = $3, under_way = $4, attempts = $5, failure = $6, due_at = $7
            WHERE run_id = $1 AND due_at = $2
            """,
            taken.RunId, taken.DueAt.ToUnixTimeMilliseconds(), now.Stage?.ToString(), now.UnderWay, now.Attempts, now.Failure, now.DueAt.ToUnixTimeMilliseconds()) == 1,
        cancellationToken);

    public Task<string?> FindFailureAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find("SELECT failure FROM ticket_transitions WHERE run_id = $1 AND stage = aim AND failure IS NOT NULL", reader => reader.GetString(0), run),
        cancellationToken);

    private static TicketTransition Read(DbDataReader reader) => new()
    {
        RunId = reader.GetString(0),
        Aim = Enum.Parse<TicketStage>(reader.GetString(1)),
        Stage = TextAt(reader, 2) is { } stage ? Enum.Parse<TicketStage>(stage) : null,
        UnderWay = TextAt(reader, 3),
        Attempts = reader.GetInt32(4),
        Failure = TextAt(reader, 5),
        DueAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6)),
    };

    private static string? TextAt(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
