using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>Looks whether a PostgreSQL database can be used, and changes nothing there.</summary>
public static class PostgresInspection
{
    /// <returns>What it is, and what about it should be mended.</returns>
    /// <exception cref="DatabaseException">It cannot be used.</exception>
    /// <exception cref="ArgumentException">The connection cannot be read.</exception>
    public static async Task<string> DescribeAsync(string connectionText, CancellationToken cancellationToken)
    {
        var connections = new PostgresConnections(
            new PostgresSettings { ConnectionString = connectionText, Schema = "public", Address = "" });
        try
        {
            await using NpgsqlConnection connection = await connections.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(
                """
                SELECT current_setting('server_version'), current_setting('fsync') = 'on', pg_is_in_recovery(),
                    has_database_privilege(current_database(), 'CREATE') OR to_regnamespace('taskhub') IS NOT NULL
                """,
                connection);
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            string warning = row.GetBoolean(1) ? "" : "; fsync is off: a crash of its machine loses what was acknowledged";
            return row switch
            {
                _ when row.GetBoolean(2) => throw Unusable(connections, "it is a standby server and takes no writes"),
                _ when !row.GetBoolean(3) => throw Unusable(connections, "the user may not create a schema: GRANT CREATE ON DATABASE"),
                _ => $"PostgreSQL {row.GetString(0)} at {connections.Server}{warning}",
            };
        }
        catch (Exception exception) when (PostgresFailures.OfDatabase(exception) is not null)
        {
            throw PostgresFailures.Translated(exception, connections.Server);
        }
    }

    private static DatabaseException Unusable(PostgresConnections connections, string why) =>
        new(DatabaseFailure.Unreachable, $"PostgreSQL at {connections.Server} cannot be used: {why}.");
}
