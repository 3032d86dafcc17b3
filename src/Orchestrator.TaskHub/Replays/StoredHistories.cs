using Orchestrator.Protocol;
using Orchestrator.Sql;
using Orchestrator.TaskHub.Stores.Sqlite;

namespace Orchestrator.TaskHub.Replays;

/// <summary>
/// The histories in the file of a hub, which may be at work in another process: nothing is written. Of each instance the
/// newest generation is there. A file that an older build wrote is read as it is.
/// </summary>
public sealed class StoredHistories : IDisposable
{
    private readonly SqliteFile _file;

    private StoredHistories(SqliteFile file) => _file = file;

    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    public static StoredHistories Open(string path) => new(SqliteFile.Open(path));

    /// <summary>The ids of all instances, in the order of their creation.</summary>
    /// <param name="root">Only this instance and what descends from it; null for all.</param>
    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    public Task<IReadOnlyList<string>> ListAsync(string? root, CancellationToken cancellationToken) => _file.ReadAsync(
        connection => connection.Query(
            """
            WITH RECURSIVE wanted (instance_id) AS (
                SELECT instance_id FROM instances WHERE $1 IS NULL OR instance_id = $1
                UNION
                SELECT child.instance_id FROM instances child JOIN wanted ON child.parent_id = wanted.instance_id)
            SELECT instance_id FROM instances JOIN wanted USING (instance_id) ORDER BY key
            """,
            row => row.GetString(0),
            root),
        cancellationToken);

    /// <summary>The history of an instance, as it is now.</summary>
    /// <returns>Null if the instance is gone, or has taken no turn in its generation yet.</returns>
    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    public Task<StoredHistory?> ReadAsync(string instanceId, CancellationToken cancellationToken) => _file.ReadAsync(
        connection =>
        {
            if (connection.Find(
                "SELECT key, generation FROM instances WHERE instance_id = $1",
                row => ((long Key, int Generation)?)(row.GetInt64(0), row.GetInt32(1)),
                instanceId) is not { } instance)
            {
                return null;
            }

            IReadOnlyList<HistoryEvent> events = new SqliteHistories(connection).Read(instance.Key);
            return events.Count == 0 ? null : new StoredHistory(instanceId, instance.Generation, events);
        },
        cancellationToken);

    public void Dispose() => _file.Dispose();
}
