namespace Orchestrator.Sql.Postgres;

/// <summary>
/// What the writer commits, over the owner's session. A session that breaks is replaced as long as nobody else has become
/// the owner; of a commit that was not confirmed the new session learns whether it happened.
/// </summary>
internal sealed class PostgresTransactions : PostgresOperations
{
    // A caller is not kept waiting for a server that is away; there is no hurry to know of a commit, but it must be known.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly PostgresOwnership _ownership;
    private readonly Action _tellLost;
    private readonly CancellationToken _closing;
    private OwnerSession _session;
    private long _number;
    private bool _isLost;

    /// <param name="ownership">How to take the lock again.</param>
    /// <param name="session">Which has it.</param>
    /// <param name="tellLost">Called once another process is the owner.</param>
    /// <param name="closing">Ends what waits for the server.</param>
    public PostgresTransactions(PostgresOwnership ownership, OwnerSession session, Action tellLost, CancellationToken closing)
    {
        _ownership = ownership;
        _session = session;
        _tellLost = tellLost;
        _closing = closing;
        Session = new PostgresConnection(session.Connection);
    }

    protected override string Server => _ownership.Server;

    /// <inheritdoc/>
    /// <remarks>All of its commits are synced: that an unconfirmed one can be looked up rests on it.</remarks>
    public override void Begin(bool isSynced)
    {
        if (Session is not null && TryBegin())
        {
            return;
        }

        // A session that broke while nothing was under way takes nothing with it.
        Reopen(Patience);
        Count();
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
            Reopen(Timeout.InfiniteTimeSpan);
            if (_session.Commits < _number)
            {
                throw;
            }
        }
    }

    public override void Dispose()
    {
        if (Session is not null && !_isLost)
        {
            try
            {
                _ownership.Leave(Session, _session);
            }
            catch (Exception exception) when (IsOfDatabase(exception))
            {
                // Others find out by themselves.
            }
        }

        Drop();
    }

    private bool TryBegin()
    {
        try
        {
            Count();
            return true;
        }
        catch (Exception exception) when (!_isLost && IsOfDatabase(exception))
        {
            Drop();
            return false;
        }
    }

    private void Count()
    {
        IsUnderWay = true;
        Connection.Later("BEGIN ISOLATION LEVEL READ COMMITTED");
        _number = OwnerTable.Count(Connection, _session.Epoch) ?? throw Lost();
    }

    // Blocking is this thread's purpose.
    private void Reopen(TimeSpan patience)
    {
        if (_isLost)
        {
            throw Lost();
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_closing);
        stop.CancelAfter(patience);
        try
        {
            _session = _ownership.RetakeAsync(_session, stop.Token).GetAwaiter().GetResult() ?? throw Lost();
            Session = new PostgresConnection(_session.Connection);
        }
        catch (OperationCanceledException exception)
        {
            throw patience == Timeout.InfiniteTimeSpan
                ? new DatabaseException(DatabaseFailure.Unsynced, $"{_ownership.Server} did not confirm a commit.", exception)
                : new DatabaseException(DatabaseFailure.Unreachable, $"PostgreSQL at {_ownership.Server} does not answer.", exception);
        }
    }

    private DatabaseException Lost()
    {
        _isLost = true;
        _tellLost();
        return new DatabaseException(DatabaseFailure.Lost, $"Another hub has taken {_ownership.Server} over.");
    }
}
