using Microsoft.Data.Sqlite;

namespace Orchestrator.TaskHub.Stores.Sqlite;

/// <summary>Times as SQLite keeps them: ticks in UTC.</summary>
internal static class Moment
{
    public static long Written(DateTimeOffset value) => value.UtcTicks;

    public static long? Written(DateTimeOffset? value) => value?.UtcTicks;

    public static DateTimeOffset Read(SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? ReadOptional(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : Read(row, column);
}
