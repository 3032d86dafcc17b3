using Google.Protobuf;
using Orchestrator.Protocol;
using Orchestrator.Sql.Postgres;

namespace Orchestrator.TaskHub.Stores.Postgres;

internal sealed class PostgresInstances(PostgresConnection connection) : IInstances
{
    public Instance? Find(string instanceId) =>
        connection.Find($"SELECT {InstanceRows.Columns} FROM instances WHERE instance_id = $1", InstanceRows.Read, instanceId);

    public Instance? Find(long key) => connection.Find($"SELECT {InstanceRows.Columns} FROM instances WHERE key = $1", InstanceRows.Read, key);

    public long Add(Instance instance, HistoryEvent started)
    {
        long key = connection.Insert($"{InstanceRows.Insert} RETURNING key", InstanceRows.Added(instance));
        SaveStarted(key, started);
        return key;
    }

    public void Update(Instance instance) => connection.Later(InstanceRows.Update, InstanceRows.Updated(instance));

    public void SaveAttempts(long key, int attempts) =>
        connection.Later("UPDATE instances SET attempts = $2 WHERE key = $1", key, attempts);

    public void Remove(long key)
    {
        connection.Later("DELETE FROM instances WHERE key = $1", key);
        connection.Later("DELETE FROM starts WHERE instance_key = $1", key);
        connection.Later("DELETE FROM ends WHERE instance_key = $1", key);
    }

    public HistoryEvent Started(long key) =>
        connection.Find("SELECT event FROM starts WHERE instance_key = $1", InstanceRows.Event, key)
        ?? throw new InvalidOperationException($"Instance {key} has no start.");

    public void SaveStarted(long key, HistoryEvent started) =>
        connection.Later(
            """
            INSERT INTO starts (instance_key, event) VALUES ($1, $2)
            ON CONFLICT (instance_key) DO UPDATE SET event = excluded.event
            """,
            key,
            started.ToByteArray());

    public HistoryEvent? Ended(long key) => connection.Find("SELECT event FROM ends WHERE instance_key = $1", InstanceRows.Event, key);

    public void SaveEnded(long key, HistoryEvent ended) =>
        connection.Later("INSERT INTO ends (instance_key, event) VALUES ($1, $2)", key, ended.ToByteArray());

    public void RemoveEnded(long key) => connection.Later("DELETE FROM ends WHERE instance_key = $1", key);

    public IReadOnlyList<Instance> ChildrenOf(Instance parent) => connection.Query(
        $"SELECT {InstanceRows.Columns} FROM instances WHERE parent_id = $1 AND key > $2 ORDER BY key",
        InstanceRows.Read,
        parent.InstanceId,
        parent.Key);

    public IReadOnlyList<Instance> Matching(InstanceFilter filter, long afterKey, int limit) => connection.Query(
        $"""
        SELECT {InstanceRows.Columns} FROM instances
        WHERE key > $1
            AND ($2 = 0 OR ($2 >> status) & 1 = 1)
            AND ($3::bigint IS NULL OR created_at >= $3::bigint)
            AND ($4::bigint IS NULL OR created_at <= $4::bigint)
            AND starts_with(instance_id, $5)
        ORDER BY key
        LIMIT $6
        """,
        InstanceRows.Read,
        afterKey,
        InstanceRows.Mask(filter.Statuses),
        Moment.Written(filter.CreatedFrom),
        Moment.Written(filter.CreatedTo),
        filter.IdPrefix,
        limit);

    public IReadOnlyList<Instance> Completed(CompletionFilter filter, int limit) => connection.Query(
        $"""
        SELECT {InstanceRows.Columns} FROM instances
        WHERE completed_at IS NOT NULL
            AND (completed_at, key) > ($1, $2)
            AND ($3 >> status) & 1 = 1
            AND ($4::bigint IS NULL OR completed_at >= $4::bigint)
            AND ($5::bigint IS NULL OR completed_at <= $5::bigint)
        ORDER BY completed_at, key
        LIMIT $6
        """,
        InstanceRows.Read,
        Moment.Written(filter.AfterCompletedAt),
        filter.AfterKey,
        InstanceRows.Mask(filter.Statuses),
        Moment.Written(filter.From),
        Moment.Written(filter.To),
        limit);

    public IReadOnlyList<Instance> WithOpenTasks() => connection.Query(
        $"""
        SELECT {InstanceRows.Columns} FROM instances WHERE open_tasks > 0 AND completed_at IS NULL
        UNION ALL
        SELECT {InstanceRows.Columns} FROM instances
        WHERE key IN (SELECT instance_key FROM activity_attempts) AND completed_at IS NOT NULL
        ORDER BY key
        """,
        InstanceRows.Read);

    public IReadOnlyList<Instance> Waking() => connection.Query(
        $"""
        SELECT {InstanceRows.Columns} FROM instances
        WHERE completed_at IS NULL
            AND (history_batches = 0 OR EXISTS (SELECT 1 FROM messages WHERE instance_key = key))
        ORDER BY key
        """,
        InstanceRows.Read);
}
