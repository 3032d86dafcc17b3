namespace Orchestrator.Sql;

/// <summary>A SQLite file that is read as it is, whatever its schema, and whoever writes to it meanwhile.</summary>
public sealed class SqliteFile : IDisposable
{
    private const int Readers = 2;

    private readonly string _path;
    private readonly SqliteReaders _readers;

    private SqliteFile(string path)
    {
        _path = path;
        _readers = new SqliteReaders(path, Readers);
    }

    /// <exception cref="DatabaseException">There is no such file.</exception>
    public static SqliteFile Open(string path) => File.Exists(path)
        ? new SqliteFile(path)
        : throw new DatabaseException(DatabaseFailure.InputOutput, $"There is no file {path}.");

    /// <summary>Reads one committed state of the file; writing throws.</summary>
    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    public Task<T> ReadAsync<T>(Func<PreparedConnection, T> query, CancellationToken cancellationToken) =>
        _readers.ReadAsync(query, cancellationToken);

    /// <summary>Writes one committed state of the file to a new one, and looks whether that is sound.</summary>
    /// <param name="target">Where; nothing may be there.</param>
    /// <param name="cancellationToken">Ends the wait for a reader.</param>
    /// <exception cref="DatabaseException">The file can't be read, the other can't be written, or what was read is damaged.</exception>
    public async Task CopyAsync(string target, CancellationToken cancellationToken)
    {
        await ReadAsync(
            connection =>
            {
                using PreparedConnection copy = SqliteConnections.OpenNew(target);
                connection.Connection.BackupDatabase(copy.Connection);
                return true;
            },
            cancellationToken);
        using var copied = new SqliteReaders(target, 1);
        string? fault = await copied.ReadAsync(
            connection => connection.Find("PRAGMA quick_check(1)", row => row.GetString(0)), cancellationToken);
        if (fault != "ok")
        {
            throw new DatabaseException(DatabaseFailure.Corrupt, $"{_path} is damaged: {fault}");
        }
    }

    public void Dispose() => _readers.Dispose();
}
