using System.Data.Common;
using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>
/// A session on a PostgreSQL server. Statements whose answer nobody wants may wait for the next one that has an answer, and travel with
/// it: a step takes few round trips.
/// </summary>
public sealed class PostgresConnection : SqlSession
{
    private readonly List<NpgsqlBatchCommand> _unsent = [];

    internal PostgresConnection(NpgsqlConnection connection) => Connection = connection;

    internal NpgsqlConnection Connection { get; }

    /// <summary>
    /// PostgreSQL has no zero character in a text. Where one may come from a tool or a model it is shown as what it is, and the text is kept;
    /// elsewhere the statement fails.
    /// </summary>
    internal bool ShowsZeros { get; init; }

    /// <summary>How often statements have been sent.</summary>
    internal long Sendings { get; private set; }

    /// <summary>Runs a statement that returns no rows, at the latest when the transaction ends.</summary>
    /// <param name="sql">Text from a constant: each text stays prepared as long as the connection lives.</param>
    /// <param name="values">The values of the parameters <c>$1</c>, <c>$2</c> and so on.</param>
    public void Later(string sql, params ReadOnlySpan<object?> values) => _unsent.Add(Bound(sql, values));

    /// <inheritdoc/>
    public override int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        NpgsqlBatchCommand command = Bound(sql, values);
        _unsent.Add(command);
        using NpgsqlBatch batch = TakeUnsent();
        batch.ExecuteNonQuery();
        return command.RecordsAffected;
    }

    /// <summary>Runs an insert that returns the new row's key.</summary>
    public long Insert(string sql, params ReadOnlySpan<object?> values) => Find(sql, row => row.GetInt64(0), values);

    /// <inheritdoc/>
    public override IReadOnlyList<T> Query<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using NpgsqlDataReader reader = Send(Bound(sql, values));
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
        using NpgsqlDataReader reader = Send(Bound(sql, values));
        return reader.Read() ? map(reader) : default;
    }

    protected override void Dispose(bool disposing) => Connection.Dispose();

    /// <summary>Sends what waits, and returns when all of it has run.</summary>
    internal void Flush()
    {
        if (_unsent.Count > 0)
        {
            using NpgsqlBatch batch = TakeUnsent();
            batch.ExecuteNonQuery();
        }
    }

    /// <summary>Forgets what waits.</summary>
    internal void DropUnsent() => _unsent.Clear();

    private NpgsqlBatchCommand Bound(string sql, ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (object? value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = Storable(value) });
        }

        return command;
    }

    private object Storable(object? value) => value switch
    {
        null => DBNull.Value,
        string text when ShowsZeros => text.Replace('\0', '\u2400'),
        _ => value,
    };

    // Statements without rows have no result of their own: the reader stands at the last one's.
    private NpgsqlDataReader Send(NpgsqlBatchCommand query)
    {
        _unsent.Add(query);
        using NpgsqlBatch batch = TakeUnsent();
        return batch.ExecuteReader();
    }

    private NpgsqlBatch TakeUnsent()
    {
        var batch = new NpgsqlBatch(Connection);
        foreach (NpgsqlBatchCommand command in _unsent)
        {
            batch.BatchCommands.Add(command);
        }

        _unsent.Clear();
        Sendings++;
        return batch;
    }
}
