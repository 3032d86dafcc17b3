using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Orchestrator.Protocol;
using Orchestrator.Sql;

namespace Orchestrator.TaskHub.Stores.Sqlite;

internal sealed class SqliteInstances(PreparedConnection connection) : IInstances
{
    private const string Columns =
        """
        key, instance_id, execution_id, generation, name, version, status, custom_status, parent_id,
        created_at, updated_at, starts_at, completed_at, history_batches, history_bytes, attempts, open_tasks,
        trace_context
        """;

    public Instance? Find(string instanceId) =>
        connection.Find($"SELECT {Columns} FROM instances WHERE instance_id = $1", Map, instanceId);

    public Instance? Find(long key) => connection.Find($"SELECT {Columns} FROM instances WHERE key = $1", Map, key);

    public long Add(Instance instance, HistoryEvent started)
    {
        long key = connection.Insert(
            """
            INSERT INTO instances (
                instance_id, execution_id, generation, name, version, status, custom_status, parent_id,
                created_at, updated_at, starts_at, completed_at, history_batches, history_bytes, attempts, open_tasks, trace_context)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """,
            instance.InstanceId,
            instance.ExecutionId,
            instance.Generation,
            instance.Name,
            instance.Version,
            (int)instance.Status,
            instance.CustomStatus,
            instance.ParentId,
            Moment.Written(instance.CreatedAt),
            Moment.Written(instance.UpdatedAt),
            Moment.Written(instance.StartsAt),
            Moment.Written(instance.CompletedAt),
            instance.HistoryBatches,
            instance.HistoryBytes,
            instance.Attempts,
            instance.OpenTasks,
            instance.TraceContext?.ToByteArray());
        SaveStarted(key, started);
        return key;
    }

    public void Update(Instance instance) => connection.Execute(
        """
        UPDATE instances
        SET execution_id = $2, generation = $3, version = $4, status = $5, custom_status = $6, updated_at = $7,
            completed_at = $8, history_batches = $9, history_bytes = $10, attempts = $11, open_tasks = $12,
            trace_context = $13
        WHERE key = $1
        """,
        instance.Key,
        instance.ExecutionId,
        instance.Generation,
        instance.Version,
        (int)instance.Status,
        instance.CustomStatus,
        Moment.Written(instance.UpdatedAt),
        Moment.Written(instance.CompletedAt),
        instance.HistoryBatches,
        instance.HistoryBytes,
        instance.Attempts,
        instance.OpenTasks,
        instance.TraceContext?.ToByteArray());

    public void SaveAttempts(long key, int attempts) =>
        connection.Execute("UPDATE instances SET attempts = $2 WHERE key = $1", key, attempts);

    public void Remove(long key)
    {
        connection.Execute("DELETE FROM instances WHERE key = $1", key);
        connection.Execute("DELETE FROM starts WHERE instance_key = $1", key);
        connection.Execute("DELETE FROM ends WHERE instance_key = $1", key);
    }

    public HistoryEvent Started(long key) =>
        connection.Find("SELECT event FROM starts WHERE instance_key = $1", Event, key)
        ?? throw new InvalidOperationException($"Instance {key} has no start.");

    public void SaveStarted(long key, HistoryEvent started) =>
        connection.Execute("INSERT OR REPLACE INTO starts (instance_key, event) VALUES ($1, $2)", key, started.ToByteArray());

    public HistoryEvent? Ended(long key) => connection.Find("SELECT event FROM ends WHERE instance_key = $1", Event, key);

    public void SaveEnded(long key, HistoryEvent ended) =>
        connection.Execute("INSERT INTO ends (instance_key, event) VALUES ($1, $2)", key, ended.ToByteArray());

    public void RemoveEnded(long key) => connection.Execute("DELETE FROM ends WHERE instance_key = $1", key);

    public IReadOnlyList<Instance> ChildrenOf(string instanceId) =>
        connection.Query($"SELECT {Columns} FROM instances WHERE parent_id = $1 ORDER BY key", Map, instanceId);

    public IReadOnlyList<Instance> Matching(InstanceFilter filter, long afterKey, int limit) => connection.Query(
        $"""
        SELECT {Columns} FROM instances
        WHERE key > $1
            AND ($2 = 0 OR ($2 >> status) & 1 = 1)
            AND ($3 IS NULL OR created_at >= $3)
            AND ($4 IS NULL OR created_at <= $4)
            AND substr(instance_id, 1, length($5)) = $5
        ORDER BY key
        LIMIT $6
        """,
        Map,
        afterKey,
        Mask(filter.Statuses),
        Moment.Written(filter.CreatedFrom),
        Moment.Written(filter.CreatedTo),
        filter.IdPrefix,
        limit);

    public IReadOnlyList<Instance> Completed(CompletionFilter filter, int limit) => connection.Query(
        $"""
        SELECT {Columns} FROM instances
        WHERE completed_at IS NOT NULL
            AND (completed_at, key) > ($1, $2)
            AND ($3 >> status) & 1 = 1
            AND ($4 IS NULL OR completed_at >= $4)
            AND ($5 IS NULL OR completed_at <= $5)
        ORDER BY completed_at, key
        LIMIT $6
        """,
        Map,
        Moment.Written(filter.AfterCompletedAt),
        filter.AfterKey,
        Mask(filter.Statuses),
        Moment.Written(filter.From),
        Moment.Written(filter.To),
        limit);

    public IReadOnlyList<Instance> WithOpenTasks() => connection.Query(
        $"SELECT {Columns} FROM instances WHERE open_tasks > 0 AND completed_at IS NULL ORDER BY key", Map);

    public IReadOnlyList<Instance> Waking() => connection.Query(
        $"""
        SELECT {Columns} FROM instances
        WHERE completed_at IS NULL
            AND (history_batches = 0 OR EXISTS (SELECT 1 FROM messages WHERE instance_key = key))
        ORDER BY key
        """,
        Map);

    // A set of statuses as bits: one statement serves every combination.
    private static int Mask(IReadOnlyList<OrchestrationStatus> statuses) =>
        statuses.Aggregate(0, (mask, status) => mask | (1 << (int)status));

    private static HistoryEvent Event(SqliteDataReader row) => HistoryEvent.Parser.ParseFrom(row.GetFieldValue<byte[]>(0));

    private static Instance Map(SqliteDataReader row) => new()
    {
        Key = row.GetInt64(0),
        InstanceId = row.GetString(1),
        ExecutionId = row.GetString(2),
        Generation = row.GetInt32(3),
        Name = row.GetString(4),
        Version = row.IsDBNull(5) ? null : row.GetString(5),
        Status = (OrchestrationStatus)row.GetInt32(6),
        CustomStatus = row.IsDBNull(7) ? null : row.GetString(7),
        ParentId = row.IsDBNull(8) ? null : row.GetString(8),
        CreatedAt = Moment.Read(row, 9),
        UpdatedAt = Moment.Read(row, 10),
        StartsAt = Moment.ReadOptional(row, 11),
        CompletedAt = Moment.ReadOptional(row, 12),
        HistoryBatches = row.GetInt32(13),
        HistoryBytes = row.GetInt64(14),
        Attempts = row.GetInt32(15),
        OpenTasks = row.GetInt32(16),
        TraceContext = row.IsDBNull(17) ? null : OrchestrationTraceContext.Parser.ParseFrom(row.GetFieldValue<byte[]>(17)),
    };
}
