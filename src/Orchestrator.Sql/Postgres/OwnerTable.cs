using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>The statements about who owns a schema: its row, its lock, and the channel on which changes are told.</summary>
internal static class OwnerTable
{
    private const string Channel = "orchestrator_owner";

    // Advisory locks are of one database; the key makes them of one schema.
    private const string LockKey = "hashtextextended('orchestrator.' || $1, 0)";

    /// <summary>Makes schema and row if they are not there; several processes may try at once.</summary>
    public static async Task EnsureAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand look = Command(connection, "SELECT to_regclass($1 || '.ownership') IS NOT NULL", schema);
        if (await look.ExecuteScalarAsync(cancellationToken) is true)
        {
            return;
        }

        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using NpgsqlCommand alone = Command(connection, "SELECT pg_advisory_xact_lock(hashtextextended('orchestrator', 0))");
        await alone.ExecuteNonQueryAsync(cancellationToken);
        await using NpgsqlCommand create = Command(
            connection,
            $"""
            CREATE SCHEMA IF NOT EXISTS {schema};
            CREATE TABLE IF NOT EXISTS {schema}.ownership (
                the_only_row boolean PRIMARY KEY CHECK (the_only_row),
                epoch bigint NOT NULL,
                address text,
                heartbeat timestamptz NOT NULL,
                commits bigint NOT NULL,
                schema_version integer NOT NULL
            ) WITH (fillfactor = 10);
            INSERT INTO {schema}.ownership VALUES (true, 0, NULL, clock_timestamp(), 0, 0) ON CONFLICT DO NOTHING
            """);
        await create.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public static async Task<OwnerRow> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(
            connection, "SELECT epoch, address, clock_timestamp() - heartbeat, commits, schema_version FROM ownership");
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new OwnerRow(
            row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetTimeSpan(2), row.GetInt64(3), row.GetInt32(4));
    }

    /// <summary>Takes the lock for as long as the session lives; false if another session has it.</summary>
    public static async Task<bool> TryLockAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(connection, $"SELECT pg_try_advisory_lock({LockKey})", schema);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Writes into the row that the session, which has the lock, is the owner's; others hear of it.</summary>
    public static async Task<OwnerSession> BecomeOwnerAsync(NpgsqlConnection connection, string address, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand unlisten = Command(connection, "UNLISTEN *");
        await unlisten.ExecuteNonQueryAsync(cancellationToken);
        await using NpgsqlCommand become = Command(
            connection,
            $"""
            UPDATE ownership SET epoch = epoch + 1, address = $1, heartbeat = clock_timestamp()
            RETURNING epoch, commits, pg_notify('{Channel}', '')
            """,
            address);
        await using NpgsqlDataReader row = await become.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new OwnerSession(connection, row.GetInt64(0), row.GetInt64(1));
    }

    public static async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(connection, $"LISTEN {Channel}");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends the session that has the lock.</summary>
    /// <param name="connection">Another session.</param>
    /// <param name="schema">Whose lock.</param>
    /// <param name="processId">Only if it is this one; null for any.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task EndHolderAsync(
        NpgsqlConnection connection, string schema, int? processId, CancellationToken cancellationToken)
    {
        // By the lock and not by a process id alone: the system uses those again.
        await using NpgsqlCommand command = Command(
            connection,
            $"""
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND classid::bigint = ({LockKey} >> 32) & 4294967295
                AND objid::bigint = {LockKey} & 4294967295
                AND ($2::integer IS NULL OR pid = $2::integer)
            """,
            schema,
            processId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Counts a commit to be, and proves that the owner is still the owner until it is made.</summary>
    /// <returns>The commit's number; null if another process is the owner.</returns>
    public static long? Count(PostgresConnection connection, long epoch) => connection.Find(
        "UPDATE ownership SET commits = commits + 1, heartbeat = clock_timestamp() WHERE epoch = $1 RETURNING commits",
        row => (long?)row.GetInt64(0),
        epoch);

    public static void Leave(PostgresConnection connection, string schema, long epoch)
    {
        connection.Later("UPDATE ownership SET address = NULL WHERE epoch = $1", epoch);
        connection.Later($"SELECT pg_notify('{Channel}', '')");
        connection.Later($"SELECT pg_advisory_unlock({LockKey})", schema);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
#pragma warning disable CA2100 // Constants, and the name of a schema that is made of letters and digits; values travel as parameters.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (object? value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
