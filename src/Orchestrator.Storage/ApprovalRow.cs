using System.Data.Common;
using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Policies;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>An approval's row, and those of its votes and comments.</summary>
internal static class ApprovalRow
{
    public const string Select =
        """
        SELECT id, run_id, kind, turn, digest, question, subject, because, opened_at, state, decided_by, decided_at, reason, call, terms, requester,
          author, tenant, replaces, editor, batch, expires_at, edited_arguments, review FROM approvals
        """;

    public static Approval? Find(SqlSession connection, string id) => List(connection, $"{Select} WHERE id = $1", id).SingleOrDefault();

    /// <param name="query">A constant that begins with <see cref="Select"/>.</param>
    public static IReadOnlyList<Approval> List(SqlSession connection, string query, params ReadOnlySpan<object?> values) =>
        [.. connection.Query(query, Read, values).Select(approval => approval with { Votes = VotesOf(connection, approval.Id), Comments = CommentsOf(connection, approval.Id) })];

    public static long SequenceOf(SqlSession connection, string id) =>
        connection.Find("SELECT seq FROM approvals WHERE id = $1", reader => reader.GetInt64(0), id);

    /// <returns>False if it was there.</returns>
    public static bool Insert(SqlSession connection, Approval approval) => connection.Execute(
        """
        INSERT INTO approvals(id, run_id, kind, turn, digest, question, subject, because, opened_at, state, decided_by, decided_at, reason, call, terms,
          requester, author, tenant, replaces, editor, batch, expires_at)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) ON CONFLICT(id) DO NOTHING
        """,
        approval.Id, approval.RunId, approval.Kind.ToString(), approval.Turn, approval.Digest, approval.Question, approval.Subject, approval.Because,
        approval.OpenedAt!.Value.ToUnixTimeMilliseconds(), approval.State.ToString(), approval.DecidedBy, approval.DecidedAt?.ToUnixTimeMilliseconds(),
        approval.Reason,
        approval.Call is null ? null : JsonSerializer.Serialize(approval.Call, AgentJson.Default.AskedCall),
        approval.Terms == new AskTerms() ? null : JsonSerializer.Serialize(approval.Terms, AgentJson.Default.AskTerms),
        approval.Requester, approval.Author, approval.Tenant, approval.Replaces, approval.Editor, approval.Batch,
        approval.ExpiresAt?.ToUnixTimeMilliseconds()) == 1;

    public static void Close(SqlSession connection, string id, ApprovalState state, Decision decision, long now) => connection.Execute(
        "UPDATE approvals SET state = $2, decided_by = $3, decided_at = $4, reason = $5, edited_arguments = $6, review = $7 WHERE id = $1 AND state = 'Open'",
        id, state.ToString(), decision.By.Name, now, decision.Answer.Why,
        (decision.Answer as Answer.Edit)?.Arguments,
        decision.Answer is Answer.RequestChanges { Comments: { Count: > 0 } comments }
            ? JsonSerializer.Serialize(comments, AgentJson.Default.IReadOnlyListReviewComment) : null);

    /// <summary>One vote a person; whoever has approved may still object.</summary>
    public static void SetVote(SqlSession connection, string id, Vote vote) => connection.Execute(
        """
        INSERT INTO approval_votes(approval_id, person, decision, at, name, reason, on_behalf_of) VALUES($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT(approval_id, person) DO UPDATE SET decision = $3, at = $4, name = $5, reason = $6, on_behalf_of = $7
        """,
        id, vote.Subject, vote.Says.ToString(), vote.At.ToUnixTimeMilliseconds(), vote.Name, vote.Reason, vote.OnBehalfOf);

    public static void AddComment(SqlSession connection, Decision decision, string text, long now) => connection.Execute(
        """
        INSERT INTO approval_comments(approval_id, seq, subject, name, text, at)
        SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5 FROM approval_comments WHERE approval_id = $1
        """,
        decision.ApprovalId, decision.By.Subject, decision.By.Name, text, now);

    /// <summary>How many reminders and rungs have been told of.</summary>
    public static (int Reminders, int Rungs) ToldOf(SqlSession connection, string id) => connection.Find(
        "SELECT reminders_told, rungs_told FROM approvals WHERE id = $1", reader => (reader.GetInt32(0), reader.GetInt32(1)), id);

    private static Vote[] VotesOf(SqlSession connection, string id) =>
    [
        .. connection.Query(
            "SELECT person, name, decision, reason, on_behalf_of, at FROM approval_votes WHERE approval_id = $1 ORDER BY at, person",
            reader => new Vote(
                reader.GetString(0), Text(reader, 1) ?? reader.GetString(0), Enum.Parse<ApprovalState>(reader.GetString(2)), Text(reader, 3), Text(reader, 4), At(reader, 5)!.Value),
            id),
    ];

    private static ApprovalComment[] CommentsOf(SqlSession connection, string id) =>
    [
        .. connection.Query(
            "SELECT name, text, at FROM approval_comments WHERE approval_id = $1 ORDER BY seq",
            reader => new ApprovalComment(reader.GetString(0), reader.GetString(1), At(reader, 2)!.Value),
            id),
    ];

    private static Approval Read(DbDataReader reader) => new()
    {
        Id = reader.GetString(0),
        RunId = reader.GetString(1),
        Kind = Enum.Parse<CheckpointKind>(reader.GetString(2)),
        Turn = reader.GetInt32(3),
        Digest = reader.GetString(4),
        Question = reader.GetString(5),
        Subject = reader.GetString(6),
        Because = reader.GetString(7),
        OpenedAt = At(reader, 8),
        State = Enum.Parse<ApprovalState>(reader.GetString(9)),
        DecidedBy = Text(reader, 10),
        DecidedAt = At(reader, 11),
        Reason = Text(reader, 12),
        Call = Text(reader, 13) is { } call ? JsonSerializer.Deserialize(call, AgentJson.Default.AskedCall) : null,
        Terms = Text(reader, 14) is { } terms ? JsonSerializer.Deserialize(terms, AgentJson.Default.AskTerms)! : new AskTerms(),
        Requester = Text(reader, 15),
        Author = Text(reader, 16),
        Tenant = Text(reader, 17),
        Replaces = Text(reader, 18),
        Editor = Text(reader, 19),
        Batch = Text(reader, 20),
        ExpiresAt = At(reader, 21),
        EditedArguments = Text(reader, 22),
        Review = Text(reader, 23) is { } review ? JsonSerializer.Deserialize(review, AgentJson.Default.IReadOnlyListReviewComment)! : [],
    };

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? At(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));
}
