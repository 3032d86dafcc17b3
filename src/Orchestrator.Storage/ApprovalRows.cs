using Microsoft.Data.Sqlite;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Timeline;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Approvals, votes and doorbells as rows; a decision and its doorbell are one transaction.</summary>
internal sealed class ApprovalRows(RunDatabase database) : IApprovalStore
{
    private const string Columns =
        "id, run_id, kind, turn, digest, question, subject, because, opened_at, state, decided_by, decided_at, reason";

    public Task<Approval> OpenAsync(Approval approval, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            int opened = connection.Execute(
                """
                INSERT INTO approvals(id, run_id, kind, turn, digest, question, subject, because, opened_at, state)
                VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, 'Open') ON CONFLICT(id) DO NOTHING
                """,
                approval.Id, approval.RunId, approval.Kind.ToString(), approval.Turn, approval.Digest, approval.Question,
                approval.Subject, approval.Because, database.Now);
            if (opened == 1)
            {
                database.Tell(connection, approval.RunId, new RunEvent(RunEventKind.CheckpointOpened, approval.Turn, $"{approval.Id}: {approval.Question}"));

                // Whoever canceled the run before it asked has withdrawn the question, too.
                if (SignalRows.IsCanceled(connection, approval.RunId))
                {
                    SignalRows.WithdrawApprovals(connection, approval.RunId);
                    connection.Execute("DELETE FROM doorbells WHERE approval_id = $1", approval.Id);
                }
            }

            return Find(connection, approval.Id)!;
        },
        cancellationToken);

    public Task<Approval?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, id), cancellationToken);

    public Task<IReadOnlyList<Approval>> ListOpenAsync(string? run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"SELECT {Columns} FROM approvals WHERE state = 'Open' AND ($1 IS NULL OR run_id IN {SubAgentRows.Family}) ORDER BY seq", Read, run),
        cancellationToken);

    public Task<IReadOnlyList<Approval>> ListDecidedAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"SELECT {Columns} FROM approvals WHERE run_id = $1 AND decided_at IS NOT NULL ORDER BY seq", Read, run),
        cancellationToken);

    public Task<DecisionOutcome> DecideAsync(Decision decision, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            Approval? approval = Find(connection, decision.ApprovalId);
            if (approval is null)
            {
                return DecisionOutcome.Unknown;
            }

            if (approval.Digest != decision.Digest)
            {
                return DecisionOutcome.DigestDiffers;
            }

            string state = decision.IsApproval ? nameof(ApprovalState.Approved) : nameof(ApprovalState.Denied);
            int decided = connection.Execute(
                "UPDATE approvals SET state = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $1 AND state = 'Open'",
                decision.ApprovalId, state, decision.Person, database.Now, decision.Reason);
            if (decided == 0)
            {
                return DecisionOutcome.Closed;
            }

            connection.Execute(
                "INSERT INTO approval_votes(approval_id, person, decision, at) VALUES($1, $2, $3, $4)",
                decision.ApprovalId, decision.Person, state, database.Now);
            connection.Execute("INSERT INTO doorbells(approval_id) VALUES($1) ON CONFLICT DO NOTHING", decision.ApprovalId);
            database.Tell(connection, approval.RunId, EventOf(decision, approval));
            return DecisionOutcome.Recorded;
        },
        cancellationToken);

    public Task<IReadOnlyList<string>> ListDoorbellsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query("SELECT approval_id FROM doorbells ORDER BY approval_id", reader => reader.GetString(0)),
        cancellationToken);

    public Task ConsumeDoorbellAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("DELETE FROM doorbells WHERE approval_id = $1", id), cancellationToken);

    private static RunEvent EventOf(Decision decision, Approval approval)
    {
        string verb = decision.IsApproval ? "approved" : "denied";
        string reason = string.IsNullOrEmpty(decision.Reason) ? string.Empty : $": {decision.Reason}";
        return new RunEvent(RunEventKind.Decided, approval.Turn, $"{decision.Person} {verb} {approval.Id}{reason}");
    }

    private static Approval? Find(PreparedConnection connection, string id) =>
        connection.Find($"SELECT {Columns} FROM approvals WHERE id = $1", Read, id);

    private static Approval Read(SqliteDataReader reader) => new()
    {
        Id = reader.GetString(0),
        RunId = reader.GetString(1),
        Kind = Enum.Parse<CheckpointKind>(reader.GetString(2)),
        Turn = reader.GetInt32(3),
        Digest = reader.GetString(4),
        Question = reader.GetString(5),
        Subject = reader.GetString(6),
        Because = reader.GetString(7),
        OpenedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(8)),
        State = Enum.Parse<ApprovalState>(reader.GetString(9)),
        DecidedBy = reader.IsDBNull(10) ? null : reader.GetString(10),
        DecidedAt = reader.IsDBNull(11) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(11)),
        Reason = reader.IsDBNull(12) ? null : reader.GetString(12),
    };
}
