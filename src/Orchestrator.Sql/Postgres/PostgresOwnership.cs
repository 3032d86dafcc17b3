using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>
/// Sees to it that one process at a time writes. The owner's session holds an advisory lock, which the server frees when
/// the session ends; a row says who it is, in which epoch, and when it was last heard of.
/// </summary>
internal sealed class PostgresOwnership(PostgresSettings settings, PostgresConnections connections, Migrations migrations)
{
    // A lock that is free is left to its former owner for this part of the lease: a server that restarts frees all locks,
    // and who goes on with what it has in memory goes on sooner.
    private const int PartOfGrace = 3;
    private const int LooksOfALease = 5;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(1);

    /// <summary>Host, port and database, for messages.</summary>
    public string Server => connections.Server;

    public TimeSpan HeartbeatInterval => settings.Lease / LooksOfALease;

    /// <summary>Waits until the database has no other owner, and owns it.</summary>
    /// <param name="standBy">Told where the owner is, as long as there is another.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DatabaseException">The server cannot be used, or the database is of a newer version.</exception>
    public async Task<OwnerSession> AcquireAsync(Action<string> standBy, CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await connections.OpenAsync(cancellationToken);
            await OwnerTable.EnsureAsync(connection, settings.Schema, cancellationToken);
            await OwnerTable.ListenAsync(connection, cancellationToken);
            while (!await TryTakeAsync(connection, standBy, cancellationToken))
            {
            }

            OwnerSession session = await OwnerTable.BecomeOwnerAsync(connection, settings.Address, cancellationToken);
            await PostgresMigrator.MigrateAsync(connection, migrations, cancellationToken);
            return session;
        }
        catch (Exception exception)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            if (exception is OperationCanceledException)
            {
                throw;
            }

            throw PostgresFailures.Translated(exception, Server);
        }
    }

    /// <summary>Takes the lock again after the owner's session broke; tries until it knows, or is cancelled.</summary>
    /// <returns>Null if another process is the owner by now.</returns>
    public async Task<OwnerSession?> RetakeAsync(OwnerSession former, CancellationToken cancellationToken)
    {
        TimeSpan wait = Moment;
        while (true)
        {
            NpgsqlConnection? connection = null;
            try
            {
                connection = await connections.OpenAsync(cancellationToken);
                bool isLocked = await OwnerTable.TryLockAsync(connection, settings.Schema, cancellationToken);
                OwnerRow row = await OwnerTable.ReadAsync(connection, cancellationToken);
                if (row.Epoch != former.Epoch)
                {
                    await connection.DisposeAsync();
                    return null;
                }

                if (isLocked)
                {
                    return new OwnerSession(connection, row.Epoch, row.Commits);
                }

                // The server has not noticed yet that the former session is of no use to anybody. What it is about to
                // commit is committed, or is not, before the lock is free.
                await OwnerTable.EndHolderAsync(connection, settings.Schema, former.ProcessId, cancellationToken);
            }
            catch (Exception exception) when (PostgresFailures.OfDatabase(exception) is not null)
            {
                // The server restarts, or cannot be reached for now.
            }

            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            await Task.Delay(wait, TimeProvider.System, cancellationToken);
            wait = wait * 2 < LongestBackoff ? wait * 2 : LongestBackoff;
        }
    }

    /// <summary>Gives the database to whoever waits for it.</summary>
    public void Leave(PostgresConnection connection, OwnerSession session)
    {
        OwnerTable.Leave(connection, settings.Schema, session.Epoch);
        connection.Flush();
    }

    private async Task<bool> TryTakeAsync(NpgsqlConnection connection, Action<string> standBy, CancellationToken cancellationToken)
    {
        OwnerRow row = await OwnerTable.ReadAsync(connection, cancellationToken);
        if (row.SchemaVersion > migrations.Version)
        {
            throw new DatabaseException(
                DatabaseFailure.TooNew,
                $"{Server} has schema version {row.SchemaVersion}, this program knows {migrations.Version}: upgrade the program.");
        }

        bool isFree = settings.TakesOverAtOnce || row.Address is null || row.Silence > settings.Lease / PartOfGrace;
        if (isFree && await OwnerTable.TryLockAsync(connection, settings.Schema, cancellationToken))
        {
            return true;
        }

        if (settings.TakesOverAtOnce || row.Silence > settings.Lease)
        {
            await OwnerTable.EndHolderAsync(connection, settings.Schema, processId: null, cancellationToken);
            await connection.WaitAsync(Moment, cancellationToken);
        }
        else if (row.Address is { } address)
        {
            standBy(address);
            await connection.WaitAsync(HeartbeatInterval, cancellationToken);
        }
        else
        {
            await connection.WaitAsync(Moment, cancellationToken);
        }

        return false;
    }
}
