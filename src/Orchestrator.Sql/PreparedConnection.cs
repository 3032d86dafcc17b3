using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Orchestrator.Sql;

/// <summary>A session on a SQLite file.</summary>
public sealed class PreparedConnection : SqlSession
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    internal PreparedConnection(SqliteConnection connection) => Connection = connection;

    /// <summary>For what is not said here; it is already inside a transaction.</summary>
    public SqliteConnection Connection { get; }

    /// <inheritdoc/>
    public override int Execute(string sql, params ReadOnlySpan<object?> values) => Bound(sql, values).ExecuteNonQuery();

    /// <summary>Runs an insert and returns the new row's id.</summary>
    public long Insert(string sql, params ReadOnlySpan<object?> values)
    {
        Bound(sql, values).ExecuteNonQuery();
        return SQLitePCL.raw.sqlite3_last_insert_rowid(Connection.Handle);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<T> Query<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using SqliteDataReader reader = Bound(sql, values).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <inheritdoc/>
    public override T? Find<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<object?> values)
        where T : default
    {
        using SqliteDataReader reader = Bound(sql, values).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (SqliteCommand command in _commands.Values)
        {
            command.Dispose();
        }

        Connection.Dispose();
    }

    private SqliteCommand Bound(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = Connection.CreateCommand();
#pragma warning disable CA2100 // Callers pass constants; values travel as parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            _commands.Add(sql, command);
        }

        for (int index = 0; index < values.Length; index++)
        {
            object value = values[index] ?? DBNull.Value;
            if (index < command.Parameters.Count)
            {
                command.Parameters[index].Value = value;
            }
            else
            {
                command.Parameters.AddWithValue($"${index + 1}", value);
            }
        }

        return command;
    }
}
