using System.Data.Common;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Schedules;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Schedules and what became of what was due, as rows. A change rings the doorbell of the orchestration that keeps the schedule.</summary>
internal sealed class ScheduleRows(RunDatabase database) : IScheduleStore
{
    private const string Select =
        "SELECT id, tenant, owner, name, cron, zone, missed, overlap, task, task_file, looked_until, paused_by FROM schedules WHERE removed_at IS NULL";

    private const string SelectOccurrences = "SELECT due_at, state, run_id, reason, count FROM occurrences WHERE schedule_id = $1";

    public Task<Schedule> SetAsync(string tenant, string owner, ScheduleTerms terms, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            Schedule? known = Find(connection, tenant, terms.Name);
            if (known is not null && known.Terms == terms && known.Owner == owner)
            {
                return known;
            }

            string id = known?.Id ?? $"s{Guid.NewGuid():N}";
            connection.Execute(
                """
                INSERT INTO schedules(id, tenant, name, owner, cron, zone, missed, overlap, task, task_file, looked_until)
                VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                ON CONFLICT(id) DO UPDATE SET owner = $4, cron = $5, zone = $6, missed = $7, overlap = $8, task = $9, task_file = $10, looked_until = $11
                """,
                id, tenant, terms.Name, owner, terms.Cron, terms.Zone, terms.Missed.ToString(), terms.Overlap.ToString(), terms.Task, terms.TaskFile, database.Now);
            Note(connection, id, owner, AuditKind.ScheduleSet, $"{terms.Name}: {terms.Cron} in {terms.Zone}");
            return Find(connection, tenant, terms.Name)!;
        },
        cancellationToken);

    public Task<IReadOnlyList<Schedule>> ListAsync(string? tenant, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query($"{Select} AND (CAST($1 AS TEXT) IS NULL OR tenant = $1) ORDER BY tenant, name", Read, tenant), cancellationToken);

    public Task<Schedule?> FindAsync(string tenant, string name, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, tenant, name), cancellationToken);

    public Task<IReadOnlyList<Occurrence>> ListOccurrencesAsync(string id, int most, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query($"{SelectOccurrences} ORDER BY due_at DESC LIMIT $2", ReadOccurrence, id, most), cancellationToken);

    public Task<bool> PauseAsync(string id, string person, CancellationToken cancellationToken) => ChangeAsync(
        id,
        person,
        AuditKind.SchedulePaused,
        connection => connection.Execute("UPDATE schedules SET paused_by = $2 WHERE id = $1 AND paused_by IS NULL AND removed_at IS NULL", id, person),
        cancellationToken);

    public Task<bool> ResumeAsync(string id, string person, CancellationToken cancellationToken) => ChangeAsync(
        id,
        person,
        AuditKind.ScheduleResumed,
        connection => connection.Execute(
            "UPDATE schedules SET paused_by = NULL, looked_until = $2 WHERE id = $1 AND paused_by IS NOT NULL AND removed_at IS NULL", id, database.Now),
        cancellationToken);

    public Task<bool> RemoveAsync(string id, string person, CancellationToken cancellationToken) => ChangeAsync(
        id,
        person,
        AuditKind.ScheduleRemoved,
        connection => connection.Execute("UPDATE schedules SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL", id, database.Now),
        cancellationToken);

    public Task<Schedule?> AttendAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            connection.Execute("DELETE FROM doorbells WHERE approval_id = $1", id);
            return connection.Find($"{Select} AND id = $1", Read, id);
        },
        cancellationToken);

    public Task<string?> FindUnfinishedRunAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find(
            """
            SELECT o.run_id FROM occurrences o JOIN runs r ON r.run_id = o.run_id
            WHERE o.schedule_id = $1 AND o.run_id IS NOT NULL AND r.status IS NULL ORDER BY o.due_at DESC LIMIT 1
            """,
            reader => reader.GetString(0),
            id),
        cancellationToken);

    public Task<Occurrence?> FindWaitingAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find($"{SelectOccurrences} AND state = 'Waiting' ORDER BY due_at DESC LIMIT 1", ReadOccurrence, id), cancellationToken);

    public Task NoteAsync(string id, Occurrence occurrence, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            long due = occurrence.DueAt.ToUnixTimeMilliseconds();
            connection.Execute(
                """
                INSERT INTO occurrences(schedule_id, due_at, state, run_id, reason, count) VALUES($1, $2, $3, $4, $5, $6)
                ON CONFLICT(schedule_id, due_at) DO UPDATE SET state = $3, run_id = $4, reason = $5 WHERE occurrences.state = 'Waiting'
                """,
                id, due, occurrence.State.ToString(), occurrence.RunId, occurrence.Reason, occurrence.Count);
            if (occurrence.State is OccurrenceState.Started or OccurrenceState.Waiting)
            {
                connection.Execute(
                    "UPDATE occurrences SET state = 'Skipped', reason = 'a later one took its place' WHERE schedule_id = $1 AND state = 'Waiting' AND due_at < $2", id, due);
            }

            connection.Execute("UPDATE schedules SET looked_until = $2 WHERE id = $1 AND looked_until < $2", id, due);
        },
        cancellationToken);

    public Task<IReadOnlyList<string>> ListUnkeptAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query("SELECT id FROM schedules WHERE NOT is_kept ORDER BY id", reader => reader.GetString(0)), cancellationToken);

    public Task SetKeptAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("UPDATE schedules SET is_kept = TRUE WHERE id = $1", id), cancellationToken);

    private Task<bool> ChangeAsync(string id, string person, AuditKind kind, Func<SqlSession, int> change, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (change(connection) == 0)
            {
                return false;
            }

            Note(connection, id, person, kind, connection.Find("SELECT name FROM schedules WHERE id = $1", reader => reader.GetString(0), id)!);
            return true;
        },
        cancellationToken);

    private void Note(SqlSession connection, string id, string person, AuditKind kind, string detail)
    {
        connection.Execute("INSERT INTO doorbells(approval_id) VALUES($1) ON CONFLICT DO NOTHING", id);
        database.Note(connection, new AuditAct(person, kind, id, null, detail));
    }

    private static Schedule? Find(SqlSession connection, string tenant, string name) =>
        connection.Find($"{Select} AND tenant = $1 AND name = $2", Read, tenant, name);

    private static Schedule Read(DbDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1),
        reader.GetString(2),
        new ScheduleTerms
        {
            Name = reader.GetString(3),
            Cron = reader.GetString(4),
            Zone = reader.GetString(5),
            Missed = Enum.Parse<MissedRuns>(reader.GetString(6)),
            Overlap = Enum.Parse<OverlappingRuns>(reader.GetString(7)),
            Task = reader.GetString(8),
            TaskFile = reader.GetString(9),
        },
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(10)),
        reader.IsDBNull(11) ? null : reader.GetString(11));

    private static Occurrence ReadOccurrence(DbDataReader reader) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(0)),
        Enum.Parse<OccurrenceState>(reader.GetString(1)),
        reader.IsDBNull(2) ? null : reader.GetString(2),
        reader.IsDBNull(3) ? null : reader.GetString(3),
        reader.GetInt32(4));
}
