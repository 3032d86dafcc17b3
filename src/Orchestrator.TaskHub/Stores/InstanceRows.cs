using System.Data.Common;
using Google.Protobuf;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Instances as rows: the same columns in every store.</summary>
internal static class InstanceRows
{
    /// <summary>In the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns =
        """
        key, instance_id, execution_id, generation, name, version, status, custom_status, parent_id,
        created_at, updated_at, starts_at, completed_at, history_batches, history_bytes, attempts, open_tasks,
        trace_context
        """;

    /// <summary>With a value in <see cref="Added"/> for each.</summary>
    public const string Insert =
        """
        INSERT INTO instances (
            instance_id, execution_id, generation, name, version, status, custom_status, parent_id,
            created_at, updated_at, starts_at, completed_at, history_batches, history_bytes, attempts, open_tasks, trace_context)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        """;

    /// <summary>Of what changes in an instance's life; with a value in <see cref="Updated"/> for each.</summary>
    public const string Update =
        """
        UPDATE instances
        SET execution_id = $2, generation = $3, version = $4, status = $5, custom_status = $6, updated_at = $7,
            completed_at = $8, history_batches = $9, history_bytes = $10, attempts = $11, open_tasks = $12,
            trace_context = $13
        WHERE key = $1
        """;

    public static object?[] Added(Instance instance) =>
    [
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
        instance.TraceContext?.ToByteArray(),
    ];

    public static object?[] Updated(Instance instance) =>
    [
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
        instance.TraceContext?.ToByteArray(),
    ];

    public static Instance Read(DbDataReader row) => new()
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

    public static HistoryEvent Event(DbDataReader row) => HistoryEvent.Parser.ParseFrom(row.GetFieldValue<byte[]>(0));

    /// <summary>A set of statuses as bits: one statement serves every combination.</summary>
    public static int Mask(IReadOnlyList<OrchestrationStatus> statuses) =>
        statuses.Aggregate(0, (mask, status) => mask | (1 << (int)status));
}
