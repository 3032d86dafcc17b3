namespace Orchestrator.Sql;

/// <summary>A SQLite file that is read as it is, whatever its schema, and whoever writes to it meanwhile.</summary>
public sealed class SqliteFile : IDisposable
{
    private const int Readers = 2;

    private readonly SqliteReaders _readers;

    private SqliteFile(string path) => _readers = new SqliteReaders(path, Readers);

    /// <exception cref="DatabaseException">There is no such file.</exception>
    public static SqliteFile Open(string path) => File.Exists(path)
        ? new SqliteFile(path)
        : throw new DatabaseException(DatabaseFailure.InputOutput, $"There is no file {path}.");

    /// <summary>Reads one committed state of the file; writing throws.</summary>
    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    public Task<T> ReadAsync<T>(Func<PreparedConnection, T> query, CancellationToken cancellationToken) =>
        _readers.ReadAsync(query, cancellationToken);

    public void Dispose() => _readers.Dispose();
}
