namespace Orchestrator.Sql.Postgres;

/// <summary>
/// What one of many writers commits. A session that breaks is replaced; of a commit that was not confirmed the new session learns whether it
/// happened, by the number that was counted in it.
/// </summary>
internal sealed class SharedTransactions(PostgresConnections connections, CancellationToken closing) : PostgresOperations
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    private readonly string _writer = Guid.NewGuid().ToString("N");
    private long _number;

    protected override string Server => connections.Server;

    public override void Begin(bool isSynced)
    {
        if (Session is not null && TryBegin(isSynced))
        {
            return;
        }

        // A session that broke while nothing was under way takes nothing with it.
        Reopen(Patience);
        Count(isSynced);
    }

    public override void Commit()
    {
        try
        {
            Connection.Later("COMMIT");
            Connection.Flush();
            IsUnderWay = false;
        }
        catch (Exception exception) when (IsOfDatabase(exception))
        {
            Drop();
            if (FindCommits() < _number)
            {
                throw;
            }
        }
    }

    public override void Dispose() => Drop();

    private bool TryBegin(bool isSynced)
    {
        try
        {
            Count(isSynced);
            return true;
        }
        catch (Exception exception) when (PostgresFailures.OfDatabase(exception) == DatabaseFailure.Unreachable)
        {
            Drop();
            return false;
        }
    }

    private void Count(bool isSynced)
    {
        IsUnderWay = true;
        Connection.Later("BEGIN ISOLATION LEVEL READ COMMITTED");
        Connection.Later("SET LOCAL lock_timeout = '10s'");

        // A process that stands still must not keep all others from writing.
        Connection.Later("SET LOCAL idle_in_transaction_session_timeout = '5s'");
        if (!isSynced)
        {
            Connection.Later("SET LOCAL synchronous_commit = off");
        }

        Connection.Later(SharedSchema.Alone);
        _number = SharedSchema.Count(Connection, _writer);
    }

    /// <summary>There is no hurry to know of a commit, but it must be known.</summary>
    private long FindCommits()
    {
        while (true)
        {
            Reopen(Timeout.InfiniteTimeSpan);
            try
            {
                return SharedSchema.CommitsOf(Connection, _writer);
            }
            catch (Exception exception) when (PostgresFailures.OfDatabase(exception) is not null)
            {
                Drop();
            }
        }
    }

    // Blocking is this thread's purpose.
    private void Reopen(TimeSpan patience)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(closing);
        stop.CancelAfter(patience);
        Exception? obstacle = null;
        while (true)
        {
            try
            {
                Session = new PostgresConnection(connections.OpenAsync(stop.Token).GetAwaiter().GetResult()) { ShowsZeros = true };
                return;
            }
            catch (OperationCanceledException exception)
            {
                throw patience == Timeout.InfiniteTimeSpan
                    ? new DatabaseException(DatabaseFailure.Unsynced, $"{Server} did not confirm a commit.", obstacle ?? exception)
                    : new DatabaseException(
                        DatabaseFailure.Unreachable, $"PostgreSQL at {Server} does not answer{(obstacle is null ? string.Empty : $": {obstacle.Message}")}", obstacle ?? exception);
            }
            catch (Exception exception) when (PostgresFailures.OfDatabase(exception) is not null)
            {
                obstacle = exception;
                stop.Token.WaitHandle.WaitOne(BetweenTries);
            }
        }
    }
}
