using System.Data.Common;
using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Deliveries as rows. Which one waits, which became which run, and what is counted of both is decided in transactions here.</summary>
internal sealed class IntakeRows(RunDatabase database, RunRows runs) : IIntakeStore
{
    /// <summary>Of one that has become a run, why the ticket doesn't hear of it, or doesn't follow it.</summary>
    private const string Select =
        """
        SELECT id, source, tenant, team, delivery, body_hash, event, received_at, state,
          coalesce(reason, (SELECT 'The ticket is not told: ' || c.failure FROM ticket_comments c WHERE c.run_id = deliveries.run_id),
            (SELECT 'The ticket is not moved: ' || m.failure FROM ticket_transitions m WHERE m.run_id = deliveries.run_id)),
          wish, priority, attempts, due_at, run_id, ticket_key
        FROM deliveries
        """;

    private const string IsHeld = $"EXISTS(SELECT 1 FROM kill_switches k WHERE k.tenant IN (deliveries.tenant, '{KillSwitch.Everybody}'))";

    /// <summary>Runs of tickets at work; one that waits for a person holds no place.</summary>
    private const string AtWork =
        $"""
        SELECT d.source, count(*) FROM runs r JOIN deliveries d ON d.run_id = r.run_id
        WHERE r.status IS NULL AND {RunRows.Status} = 'Running' GROUP BY d.source
        """;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    public async Task<Receipt> ReceiveAsync(IntakeDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ReadAsync(connection => FindKnown(connection, delivery), cancellationToken)
                ?? await database.WriteAsync(connection => FindKnown(connection, delivery) ?? Add(connection, delivery), cancellationToken);
        }
        catch (DatabaseException failure)
        {
            throw new IntakeStoreException("The delivery could not be stored.", failure);
        }
    }

    public Task<IntakeQueue> ReadQueueAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => new IntakeQueue(
            connection.Query(
                $"SELECT id, source, tenant, team, priority, overtaken FROM deliveries WHERE state = 'Queued' AND due_at <= $1 AND NOT {IsHeld} ORDER BY id",
                reader => new QueuedDelivery(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4), reader.GetInt32(5)),
                database.Now),
            ReadAtWork(connection),
            connection.Query(
                """
                SELECT * FROM (
                  SELECT q.tenant, q.team, (SELECT max(served) FROM deliveries s WHERE s.tenant = q.tenant AND s.team = q.team AND s.served IS NOT NULL) AS newest
                  FROM (SELECT DISTINCT tenant, team FROM deliveries WHERE state = 'Queued') AS q) AS teams
                WHERE newest IS NOT NULL
                """,
                reader => (Team: (reader.GetString(0), reader.GetString(1)), Served: reader.GetInt64(2))).ToDictionary(one => one.Team, one => one.Served)),
        cancellationToken);

    public Task<IntakeDelivery?> ClaimAsync(long id, DateTimeOffset until, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            int claimed = connection.Execute(
                """
                UPDATE deliveries SET attempts = attempts + 1, due_at = $2, served = (SELECT coalesce(max(served), 0) + 1 FROM deliveries WHERE served IS NOT NULL)
                WHERE id = $1 AND state = 'Queued' AND due_at <= $3
                """,
                id, until.ToUnixTimeMilliseconds(), database.Now);
            if (claimed == 0)
            {
                return null;
            }

            IntakeDelivery delivery = connection.Find($"{Select} WHERE id = $1", Read, id)!;
            connection.Execute(
                "UPDATE deliveries SET overtaken = overtaken + 1 WHERE state = 'Queued' AND tenant = $2 AND team = $3 AND id < $1 AND due_at <= $4",
                id, delivery.Tenant, delivery.Team, database.Now);
            return delivery;
        },
        cancellationToken);

    public Task<StartOutcome> StartAsync(IntakeDelivery delivery, Wish wish, AdmittedTask task, IntakeLimits limits, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                if (connection.Find("SELECT 1 FROM deliveries WHERE id = $1 AND state = 'Queued'", reader => reader.GetInt32(0), delivery.Id) == 0)
                {
                    return StartOutcome.Gone;
                }

                if (FindObstacle(connection, delivery, limits) is { } obstacle)
                {
                    connection.Execute(
                        "UPDATE deliveries SET attempts = attempts - 1, due_at = $2 WHERE id = $1", delivery.Id, database.Now + (long)Moment.TotalMilliseconds);
                    return obstacle;
                }

                if (FindUnderWay(connection, delivery) is { } other)
                {
                    End(connection, delivery, DeliveryState.Ignored, $"Run {other} works on this ticket; ask again when it is over.");
                    return StartOutcome.Busy;
                }

                runs.Add(connection, task);
                TicketRows.Add(connection, task.RunId, wish.Ticket);
                connection.Execute(
                    "UPDATE deliveries SET state = 'Started', reason = NULL, run_id = $2, wish = NULL, ended_at = $3 WHERE id = $1", delivery.Id, task.RunId, database.Now);
                return StartOutcome.Started;
            },
            cancellationToken);

    public Task EndAsync(IntakeDelivery delivery, DeliveryState state, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => End(connection, delivery, state, reason), cancellationToken);

    public Task PostponeAsync(IntakeDelivery delivery, DateTimeOffset until, string reason, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "UPDATE deliveries SET due_at = $2, reason = $3 WHERE id = $1 AND state = 'Queued'", delivery.Id, until.ToUnixTimeMilliseconds(), reason),
        cancellationToken);

    public Task<bool> RetryAsync(long id, string person, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            bool isFound = connection.Execute(
                "UPDATE deliveries SET state = 'Queued', attempts = 0, due_at = $2, ended_at = NULL WHERE id = $1 AND state = 'Failed'", id, database.Now) == 1;
            if (isFound)
            {
                database.Note(connection, new AuditAct(person, AuditKind.DeliveryRetried, $"{id}", null, "tried again"));
            }

            return isFound;
        },
        cancellationToken);

    public Task<FoundDeliveries> SearchAsync(DeliveryQuery query, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            IReadOnlyList<IntakeDelivery> found = connection.Query(
                $"""
                {Select} WHERE (CAST($1 AS BIGINT) IS NULL OR id < $1) AND (CAST($2 AS TEXT) IS NULL OR state = $2) AND (CAST($3 AS TEXT) IS NULL OR source = $3) AND (CAST($4 AS TEXT) IS NULL OR tenant = $4)
                ORDER BY id DESC LIMIT $5
                """,
                Read, query.Before, query.State?.ToString(), query.Source, query.Tenant, query.Limit + 1);
            return new FoundDeliveries([.. found.Take(query.Limit)], found.Count > query.Limit ? found[query.Limit - 1].Id : null);
        },
        cancellationToken);

    public Task ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "DELETE FROM deliveries WHERE state IN ('Ignored', 'Refused') AND ended_at < $1", endedBefore.ToUnixTimeMilliseconds()), cancellationToken);

    private static Receipt? FindKnown(SqlSession connection, IntakeDelivery delivery) =>
        connection.Find($"{Select} WHERE source = $1 AND body_hash = $2", Read, delivery.Source, delivery.BodyHash) is { } same
            ? new Receipt(same, ReceiptKind.Repeated)
            : connection.Find($"{Select} WHERE source = $1 AND delivery = $2", Read, delivery.Source, delivery.SenderId) is { } other
            ? new Receipt(other, ReceiptKind.Conflicting)
            : null;

    private Receipt Add(SqlSession connection, IntakeDelivery delivery)
    {
        delivery = delivery with { TicketKey = delivery.Wish?.TicketKey };
        if (delivery is { State: DeliveryState.Queued, Wish: { } wish } && connection.Find(
            $"{Select} WHERE source = $1 AND business_key = $2 AND state IN ('Queued', 'Started', 'Failed')", Read, delivery.Source, wish.BusinessKey) is { } first)
        {
            delivery = delivery with { State = DeliveryState.Ignored, Reason = $"Delivery {first.Id} has asked for the same{(first.RunId is null ? string.Empty : $", and became run {first.RunId}")}.", Wish = null };
        }

        long id = connection.Find(
            """
            INSERT INTO deliveries(source, tenant, team, delivery, body_hash, event, received_at, state, reason, ticket_key, business_key, wish, priority, due_at, ended_at)
            VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            RETURNING id
            """,
            reader => reader.GetInt64(0),
            delivery.Source, delivery.Tenant, delivery.Team, delivery.SenderId, delivery.BodyHash, delivery.Event, database.Now, delivery.State.ToString(), delivery.Reason,
            delivery.TicketKey, delivery.Wish?.BusinessKey,
            delivery.Wish is null ? null : JsonSerializer.Serialize(delivery.Wish, AgentJson.Default.Wish), delivery.Priority, database.Now,
            delivery.State == DeliveryState.Queued ? null : database.Now);
        IntakeDelivery stored = connection.Find($"{Select} WHERE id = $1", Read, id)!;
        if (stored is { State: DeliveryState.Queued, Wish: { } asked })
        {
            database.Note(connection, new AuditAct(asked.Requester, AuditKind.TicketTaken, $"{id}", null, $"{asked.TicketKey} of {stored.Source}, {asked.Trigger}, revision {asked.Ticket.Revision}"));
        }
        else if (stored.State == DeliveryState.Refused)
        {
            NoteRefusal(connection, stored, stored.Reason ?? string.Empty);
        }

        return new Receipt(stored, ReceiptKind.New);
    }

    private static StartOutcome? FindObstacle(SqlSession connection, IntakeDelivery delivery, IntakeLimits limits)
    {
        if (connection.Find($"SELECT 1 FROM deliveries WHERE id = $1 AND {IsHeld}", reader => reader.GetInt32(0), delivery.Id) == 1)
        {
            return StartOutcome.Held;
        }

        Dictionary<string, int> atWork = ReadAtWork(connection);
        return atWork.Values.Sum() >= limits.MostRuns || atWork.GetValueOrDefault(delivery.Source) >= limits.MostOfSource ? StartOutcome.Full : null;
    }

    private static Dictionary<string, int> ReadAtWork(SqlSession connection) =>
        connection.Query(AtWork, reader => (Source: reader.GetString(0), Count: reader.GetInt32(1))).ToDictionary(one => one.Source, one => one.Count);

    private static string? FindUnderWay(SqlSession connection, IntakeDelivery delivery) => connection.Find(
        """
        SELECT d.run_id FROM deliveries mine
        JOIN deliveries d ON d.state = 'Started' AND d.source = mine.source AND d.ticket_key = mine.ticket_key
        JOIN runs r ON r.run_id = d.run_id
        WHERE mine.id = $1 AND r.status IS NULL
        """,
        reader => reader.GetString(0), delivery.Id);

    private void End(SqlSession connection, IntakeDelivery delivery, DeliveryState state, string reason)
    {
        int ended = connection.Execute(
            "UPDATE deliveries SET state = $2, reason = $3, ended_at = $4, wish = CASE WHEN $2 = 'Failed' THEN wish END WHERE id = $1 AND state = 'Queued'",
            delivery.Id, state.ToString(), reason, database.Now);
        if (ended == 1 && state == DeliveryState.Refused)
        {
            NoteRefusal(connection, delivery, reason);
        }
    }

    private void NoteRefusal(SqlSession connection, IntakeDelivery delivery, string reason) =>
        database.Note(connection, new AuditAct(AuditAct.System, AuditKind.TicketRefused, $"{delivery.Id}", null, $"{delivery.Event} of {delivery.Source}: {reason}"));

    private static IntakeDelivery Read(DbDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Source = reader.GetString(1),
        Tenant = reader.GetString(2),
        Team = reader.GetString(3),
        SenderId = reader.GetString(4),
        BodyHash = reader.GetString(5),
        Event = reader.GetString(6),
        ReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(7)),
        State = Enum.Parse<DeliveryState>(reader.GetString(8)),
        Reason = reader.IsDBNull(9) ? null : reader.GetString(9),
        Wish = reader.IsDBNull(10) ? null : JsonSerializer.Deserialize(reader.GetString(10), AgentJson.Default.Wish),
        Priority = reader.GetInt32(11),
        Attempts = reader.GetInt32(12),
        DueAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(13)),
        RunId = reader.IsDBNull(14) ? null : reader.GetString(14),
        TicketKey = reader.IsDBNull(15) ? null : reader.GetString(15),
    };
}
