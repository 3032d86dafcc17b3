using Orchestrator.Sql.Postgres;

namespace Orchestrator.TaskHub.Stores.Postgres;

internal sealed class PostgresActivityAttempts(PostgresConnection connection) : IActivityAttempts
{
    public void Save(long instanceKey, int taskId, int attempts) => connection.Later(
        """
        INSERT INTO activity_attempts (instance_key, task_id, attempts) VALUES ($1, $2, $3)
        ON CONFLICT (instance_key, task_id) DO UPDATE SET attempts = excluded.attempts
        """,
        instanceKey,
        taskId,
        attempts);

    public IReadOnlyDictionary<int, int> Read(long instanceKey) => connection
        .Query(
            "SELECT task_id, attempts FROM activity_attempts WHERE instance_key = $1",
            row => (TaskId: row.GetInt32(0), Attempts: row.GetInt32(1)),
            instanceKey)
        .ToDictionary(row => row.TaskId, row => row.Attempts);

    public void Remove(long instanceKey, int taskId) => connection.Later(
        "DELETE FROM activity_attempts WHERE instance_key = $1 AND task_id = $2", instanceKey, taskId);

    public void RemoveAll(long instanceKey) =>
        connection.Later("DELETE FROM activity_attempts WHERE instance_key = $1", instanceKey);
}
