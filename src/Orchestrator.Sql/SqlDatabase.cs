namespace Orchestrator.Sql;

/// <summary>A database with one writer in each process, whose writes are on the disk before their callers are told, and a few readers.</summary>
public abstract class SqlDatabase : IAsyncDisposable
{
    /// <summary>
    /// Runs the operation in a transaction, maybe together with others', and alone: no other process writes meanwhile. If it throws, nothing of it
    /// remains and the exception comes back as it is. Statements only: the writer waits for it.
    /// </summary>
    /// <exception cref="DatabaseException">The database failed; nothing of the operation remains, but for Unsynced.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it began; once begun, it is finished.</exception>
    public abstract Task<T> WriteAsync<T>(Func<SqlSession, T> operation, CancellationToken cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{SqlSession, T}, CancellationToken)"/>
    public Task WriteAsync(Action<SqlSession> operation, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            operation(session);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// The same, where a loss of power may undo the write until the next one that is synced: for what can be found out again. Whoever reads
    /// sees it all the same, and no other end of a process loses it.
    /// </summary>
    public abstract Task<T> WriteUnsyncedAsync<T>(Func<SqlSession, T> operation, CancellationToken cancellationToken);

    /// <summary>Reads one committed state of the database; writing throws.</summary>
    /// <exception cref="DatabaseException">The database failed.</exception>
    public abstract Task<T> ReadAsync<T>(Func<SqlSession, T> query, CancellationToken cancellationToken);

    /// <summary>Finishes the writes that were asked for, then closes.</summary>
    public abstract ValueTask DisposeAsync();
}
