using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>What a schema that many processes write has beside its tables: its version, and who has committed how often.</summary>
internal static class SharedSchema
{
    /// <summary>
    /// Held to the end of a transaction: writers come one after the other, as the statements of the tables expect it; readers go on. Who waits
    /// longer than ten seconds is told that the database is busy.
    /// </summary>
    public const string Alone = "LOCK TABLE writers IN EXCLUSIVE MODE";

    /// <summary>Makes what is missing, and brings the tables up to date; several processes may try at once.</summary>
    /// <exception cref="DatabaseException">The schema is of a newer version.</exception>
    public static async Task MigrateAsync(NpgsqlConnection connection, string schema, Migrations migrations, string server, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync("SELECT pg_advisory_xact_lock(hashtextextended('orchestrator', 0))");
        await RunAsync(
            $"""
            CREATE SCHEMA IF NOT EXISTS {schema};
            CREATE TABLE IF NOT EXISTS {schema}.writers(id text PRIMARY KEY, commits bigint NOT NULL, seen_at timestamptz NOT NULL);
            CREATE TABLE IF NOT EXISTS {schema}.schema_version(the_only_row boolean PRIMARY KEY CHECK (the_only_row), version integer NOT NULL);
            INSERT INTO {schema}.schema_version VALUES (true, 0) ON CONFLICT DO NOTHING;
            DELETE FROM {schema}.writers WHERE seen_at < clock_timestamp() - interval '7 days'
            """);
        await using var look = new NpgsqlCommand("SELECT version FROM schema_version", connection);
        int version = (int)(await look.ExecuteScalarAsync(cancellationToken))!;
        if (version > migrations.Version)
        {
            throw new DatabaseException(DatabaseFailure.TooNew, $"{server} has schema version {version}, this program knows {migrations.Version}: upgrade the program.");
        }

        for (; version < migrations.Version; version++)
        {
            await RunAsync(migrations.Scripts[version]);
        }

        await RunAsync($"UPDATE schema_version SET version = {migrations.Version}");
        await transaction.CommitAsync(cancellationToken);

        async Task RunAsync(string sql)
        {
#pragma warning disable CA2100 // Embedded scripts of this program, and the name of a schema that is made of letters and digits.
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };   // An index of a large table takes what it takes.
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>How many commits a writer has made; waits for the end of what is under way.</summary>
    public static long CommitsOf(PostgresConnection connection, string writer)
    {
        connection.Later("BEGIN");
        connection.Later(Alone);
        long commits = connection.Find("SELECT commits FROM writers WHERE id = $1", row => row.GetInt64(0), writer);
        connection.Later("COMMIT");
        connection.Flush();
        return commits;
    }

    /// <summary>Counts a commit to be.</summary>
    /// <returns>Its number.</returns>
    public static long Count(PostgresConnection connection, string writer) => connection.Find(
        """
        INSERT INTO writers(id, commits, seen_at) VALUES($1, 1, clock_timestamp())
        ON CONFLICT(id) DO UPDATE SET commits = writers.commits + 1, seen_at = clock_timestamp() RETURNING commits
        """,
        row => row.GetInt64(0),
        writer);
}
