using System.Data.Common;

namespace Orchestrator.Sql;

/// <summary>What statements run on, of whatever database: a connection that keeps them prepared, used by one thread at a time.</summary>
/// <remarks>Texts are constants, of what SQLite and PostgreSQL both understand; values travel as <c>$1</c>, <c>$2</c> and so on.</remarks>
public abstract class SqlSession : IDisposable
{
    /// <summary>Runs a statement that returns no rows.</summary>
    /// <param name="sql">Text from a constant: each text stays prepared as long as the connection lives.</param>
    /// <param name="values">The values of the parameters <c>$1</c>, <c>$2</c> and so on.</param>
    /// <returns>How many rows changed.</returns>
    public abstract int Execute(string sql, params ReadOnlySpan<object?> values);

    public abstract IReadOnlyList<T> Query<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<object?> values);

    /// <summary>The first row, or the default if there is none.</summary>
    public abstract T? Find<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<object?> values);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
