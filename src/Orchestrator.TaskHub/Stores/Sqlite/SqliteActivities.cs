using Google.Protobuf;
using Orchestrator.Protocol;
using Orchestrator.Sql;

namespace Orchestrator.TaskHub.Stores.Sqlite;

internal sealed class SqliteActivities(PreparedConnection connection) : IActivities
{
    public long Add(long instanceKey, ActivityRequest request) => connection.Insert(
        "INSERT INTO activities (instance_key, attempts, request) VALUES ($1, 0, $2)", instanceKey, request.ToByteArray());

    public long? Remove(long key) => connection.Find(
        "DELETE FROM activities WHERE key = $1 RETURNING instance_key", row => (long?)row.GetInt64(0), key);

    public int RemoveAll(long instanceKey) => connection.Execute("DELETE FROM activities WHERE instance_key = $1", instanceKey);

    public void SaveAttempts(long key, int attempts) =>
        connection.Execute("UPDATE activities SET attempts = $2 WHERE key = $1", key, attempts);

    public IReadOnlyList<PendingActivity> All() => connection.Query(
        "SELECT key, instance_key, attempts, request FROM activities ORDER BY key",
        row => new PendingActivity(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetInt32(2),
            ActivityRequest.Parser.ParseFrom(row.GetFieldValue<byte[]>(3))));
}
