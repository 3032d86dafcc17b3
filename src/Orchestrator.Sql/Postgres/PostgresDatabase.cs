namespace Orchestrator.Sql.Postgres;

/// <summary>
/// A schema of a PostgreSQL database with one writer and a few readers. A write is on the server's disk before its caller
/// is told of it, and writes that come together share one commit. One process at a time owns the schema.
/// </summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly GroupCommitWriter<PostgresConnection> _writer;
    private readonly PostgresReaders _readers;
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _heartbeat;

    private PostgresDatabase(PostgresOwnership ownership, PostgresConnections connections, OwnerSession session)
    {
        _readers = new PostgresReaders(connections, showsZeros: false);
        _writer = new GroupCommitWriter<PostgresConnection>(
            new PostgresTransactions(ownership, session, () => _lost.TrySetResult(), _closing.Token), connections.Server);
        _heartbeat = SignalAsync(ownership.HeartbeatInterval, _closing.Token);
    }

    /// <summary>Ends when another process has become the owner: nothing can be written any more.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Waits until no other process owns the schema, makes it if it is missing, and brings it up to date.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="migrations">What its tables are.</param>
    /// <param name="standBy">Told the owner's address while another process is the owner; more than once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DatabaseException">The server cannot be used, or the schema is of a newer version.</exception>
    public static async Task<PostgresDatabase> OpenAsync(
        PostgresSettings settings, Migrations migrations, Action<string> standBy, CancellationToken cancellationToken)
    {
        var connections = new PostgresConnections(settings);
        var ownership = new PostgresOwnership(settings, connections, migrations);
        return new PostgresDatabase(ownership, connections, await ownership.AcquireAsync(standBy, cancellationToken));
    }

    /// <summary>
    /// Runs the operation in a transaction, maybe together with others'. If it throws, nothing of it remains and the
    /// exception comes back as it is. Statements only: the writer waits for it.
    /// </summary>
    /// <exception cref="DatabaseException">
    /// The database failed; nothing of the operation remains, but for Unsynced and Lost, which leave it open.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled before it began; once begun, it is finished.</exception>
    public Task<T> WriteAsync<T>(Func<PostgresConnection, T> operation, CancellationToken cancellationToken) =>
        _writer.WriteAsync(operation, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{PostgresConnection, T}, CancellationToken)"/>
    /// <param name="operation">What to do in the transaction.</param>
    /// <param name="committed">Told of each commit in its order, before the task ends; by the writer, which waits for it.</param>
    /// <param name="cancellationToken">Ends the wait for the writer.</param>
    public Task<T> WriteAsync<T>(
        Func<PostgresConnection, T> operation, Action<T> committed, CancellationToken cancellationToken) =>
        _writer.WriteAsync(operation, committed, cancellationToken);

    /// <summary>Reads one committed state of the database; writing throws.</summary>
    /// <exception cref="DatabaseException">The database failed.</exception>
    public Task<T> ReadAsync<T>(Func<PostgresConnection, T> query, CancellationToken cancellationToken) =>
        _readers.ReadAsync(query, cancellationToken);

    /// <summary>Finishes the writes that were asked for, tells others that the schema has no owner, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _heartbeat;
        await _writer.DisposeAsync();
        _readers.Dispose();
        _closing.Dispose();
    }

    // Every commit says that the owner lives; where there is none, one without content does.
    private async Task SignalAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await SignalAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The database closes.
        }
    }

    private async Task SignalAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(_ => true, cancellationToken);
        }
        catch (DatabaseException)
        {
            // The writer keeps trying, or has told that another is the owner.
        }
    }
}
