using Microsoft.Data.Sqlite;

namespace Orchestrator.Sql;

/// <summary>
/// A SQLite file with one writer and a few readers. A write is on the disk before its caller is told of it, and
/// writes that come together share one sync. Other processes may have the same file open.
/// </summary>
public sealed class SqliteDatabase : SqlDatabase
{
    private const int Readers = 4;

    private readonly GroupCommitWriter<PreparedConnection> _writer;
    private readonly SqliteReaders _readers;

    private SqliteDatabase(string path, PreparedConnection writer)
    {
        FilePath = path;
        _writer = new GroupCommitWriter<PreparedConnection>(new SqliteTransactions(writer, path), path);
        _readers = new SqliteReaders(path, Readers);
    }

    public string FilePath { get; }

    /// <summary>Opens the file, makes it if it is missing, and brings its schema up to date.</summary>
    /// <exception cref="DatabaseException">The file cannot be used.</exception>
    public static Task<SqliteDatabase> OpenAsync(string path, Migrations migrations, CancellationToken cancellationToken) =>
        Task.Run(() => Open(path, migrations), cancellationToken);

    /// <inheritdoc/>
    public override Task<T> WriteAsync<T>(Func<SqlSession, T> operation, CancellationToken cancellationToken) =>
        _writer.WriteAsync(operation, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{SqlSession, T}, CancellationToken)"/>
    /// <param name="operation">What to do in the transaction.</param>
    /// <param name="committed">Told of each commit in its order, before the task ends; by the writer, which waits for it.</param>
    /// <param name="cancellationToken">Ends the wait for the writer.</param>
    public Task<T> WriteAsync<T>(
        Func<PreparedConnection, T> operation, Action<T> committed, CancellationToken cancellationToken) =>
        _writer.WriteAsync(operation, committed, cancellationToken);

    /// <inheritdoc/>
    public override Task<T> WriteUnsyncedAsync<T>(Func<SqlSession, T> operation, CancellationToken cancellationToken) =>
        _writer.WriteUnsyncedAsync(operation, cancellationToken);

    /// <inheritdoc/>
    public override Task<T> ReadAsync<T>(Func<SqlSession, T> query, CancellationToken cancellationToken) =>
        _readers.ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
    }

    private static SqliteDatabase Open(string path, Migrations migrations)
    {
        PreparedConnection? writer = null;
        try
        {
            writer = SqliteConnections.OpenWriter(path);
            SqliteMigrator.Migrate(writer.Connection, migrations);
            return new SqliteDatabase(path, writer);
        }
        catch (SqliteException exception)
        {
            writer?.Dispose();
            throw SqliteFailures.Translated(exception, SqliteFailures.OfDatabase(exception) ?? DatabaseFailure.Corrupt, path);
        }
        catch
        {
            writer?.Dispose();
            throw;
        }
    }
}
