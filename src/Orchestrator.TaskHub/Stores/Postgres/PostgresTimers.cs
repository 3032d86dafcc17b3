using Orchestrator.Sql.Postgres;

namespace Orchestrator.TaskHub.Stores.Postgres;

internal sealed class PostgresTimers(PostgresConnection connection) : ITimers
{
    public void Add(long instanceKey, int? timerId, DateTimeOffset fireAt) => connection.Later(
        "INSERT INTO timers (instance_key, timer_id, fire_at) VALUES ($1, $2, $3)", instanceKey, timerId, Moment.Written(fireAt));

    public IReadOnlyList<DueTimer> Due(DateTimeOffset now, int limit) => connection.Query(
        "SELECT key, instance_key, timer_id, fire_at FROM timers WHERE fire_at <= $1 ORDER BY fire_at, key LIMIT $2",
        row => new DueTimer(row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt32(2), Moment.Read(row, 3)),
        Moment.Written(now),
        limit);

    public DateTimeOffset? Next() => connection.Find(
        "SELECT fire_at FROM timers ORDER BY fire_at, key LIMIT 1", row => (DateTimeOffset?)Moment.Read(row, 0));

    public bool AwaitsStart(long instanceKey) => connection.Find(
        "SELECT 1 FROM timers WHERE instance_key = $1 AND timer_id IS NULL", _ => true, instanceKey);

    public void Remove(long key) => connection.Later("DELETE FROM timers WHERE key = $1", key);

    public void RemoveAll(long instanceKey) => connection.Later("DELETE FROM timers WHERE instance_key = $1", instanceKey);
}
