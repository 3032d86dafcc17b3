using System.Data.Common;
using Orchestrator.Agent.Intake.Comments;

namespace Orchestrator.Storage;

/// <summary>What tickets were told as rows, one for each run whose ticket is told.</summary>
internal sealed class TicketCommentRows(RunDatabase database) : ITicketCommentStore
{
    private const string Select =
        "SELECT run_id, nonce, comment, told, seen, pull_request, is_remade, attempts, failure, is_refused, due_at, unmoved FROM ticket_comments WHERE run_id = $1";

    /// <summary>Whether something has happened in the run r that its ticket's comment c wasn't told, the move m of the ticket included.</summary>
    internal const string IsUntold =
        "(coalesce(c.seen, 0) < (SELECT max(seq) FROM events e WHERE e.run_id = r.run_id) OR coalesce(c.unmoved, '') <> coalesce(m.failure, ''))";

    /// <summary>What ended longer ago isn't told any more: hosts are away for days at most.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(7);

    /// <summary>The same for runs of which nothing was told: nobody had asked for that yet.</summary>
    private static readonly TimeSpan NeverTold = TimeSpan.FromHours(1);

    public Task<IReadOnlyList<string>> ListDueAsync(string source, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"""
            SELECT r.run_id FROM runs r JOIN tickets t ON t.run_id = r.run_id LEFT JOIN ticket_comments c ON c.run_id = r.run_id
              LEFT JOIN ticket_transitions m ON m.run_id = r.run_id AND m.stage = m.aim
            WHERE r.purged_at IS NULL AND (r.status IS NULL OR (r.ended_at > $2 AND (c.run_id IS NOT NULL OR r.ended_at > $3)))
              AND t.source = $1
              AND c.is_refused IS NOT TRUE AND coalesce(c.due_at, 0) <= $4
              AND {IsUntold}
            ORDER BY coalesce(c.due_at, 0) LIMIT 100
            """,
            reader => reader.GetString(0),
            source, database.Now - (long)Forgotten.TotalMilliseconds, database.Now - (long)NeverTold.TotalMilliseconds, database.Now),
        cancellationToken);

    public Task<TicketComment?> TakeAsync(string run, DateTimeOffset until, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            connection.Execute(
                """
                INSERT INTO ticket_comments(run_id, nonce, seen, is_remade, attempts, is_refused, due_at)
                SELECT run_id, $2, 0, FALSE, 0, FALSE, 0 FROM runs WHERE run_id = $1 AND purged_at IS NULL ON CONFLICT DO NOTHING
                """,
                run, TicketComment.NewNonce());
            if (connection.Find(Select, Read, run) is not { } known)
            {
                return null;
            }

            // Of who dies while telling nobody knows what the comment says: the next one tells it in any case.
            int taken = connection.Execute(
                "UPDATE ticket_comments SET attempts = attempts + 1, told = NULL, due_at = $2 WHERE run_id = $1 AND due_at <= $3 AND NOT is_refused",
                run, until.ToUnixTimeMilliseconds(), database.Now);
            return taken == 1 ? known with { Attempts = known.Attempts + 1, DueAt = until } : null;
        },
        cancellationToken);

    public Task<bool> KeepAsync(TicketComment taken, TicketComment now, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            """
            UPDATE ticket_comments SET nonce = $3, comment = $4, told = $5, seen = $6, pull_request = $7, is_remade = $8, attempts = $9, failure = $10,
              is_refused = $11, due_at = $12, unmoved = $13
            WHERE run_id = $1 AND due_at = $2
            """,
            taken.RunId, taken.DueAt.ToUnixTimeMilliseconds(), now.Nonce, now.Comment, now.Told, now.Seen, now.PullRequest?.AbsoluteUri, now.IsRemade,
            now.Attempts, now.Failure, now.IsRefused, now.DueAt.ToUnixTimeMilliseconds(), now.Unmoved) == 1,
        cancellationToken);

    private static TicketComment Read(DbDataReader reader) => new()
    {
        RunId = reader.GetString(0),
        Nonce = reader.GetString(1),
        Comment = TextAt(reader, 2),
        Told = TextAt(reader, 3),
        Seen = reader.GetInt64(4),
        PullRequest = TextAt(reader, 5) is { } url ? new Uri(url) : null,
        IsRemade = reader.GetBoolean(6),
        Attempts = reader.GetInt32(7),
        Failure = TextAt(reader, 8),
        IsRefused = reader.GetBoolean(9),
        DueAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(10)),
        Unmoved = TextAt(reader, 11),
    };

    private static string? TextAt(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
