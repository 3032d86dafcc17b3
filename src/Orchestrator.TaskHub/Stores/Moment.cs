using System.Data.Common;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Times as databases keep them: ticks in UTC.</summary>
internal static class Moment
{
    public static long Written(DateTimeOffset value) => value.UtcTicks;

    public static long? Written(DateTimeOffset? value) => value?.UtcTicks;

    public static DateTimeOffset Read(DbDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? ReadOptional(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Read(row, column);
}
