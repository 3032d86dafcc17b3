using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>Applies the missing migrations, each in its own transaction; only the owner does.</summary>
internal static class PostgresMigrator
{
    public static async Task MigrateAsync(NpgsqlConnection connection, Migrations migrations, CancellationToken cancellationToken)
    {
        OwnerRow row = await OwnerTable.ReadAsync(connection, cancellationToken);
        for (int version = row.SchemaVersion; version < migrations.Version; version++)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
#pragma warning disable CA2100 // Embedded scripts of this program.
            await using var script = new NpgsqlCommand(migrations.Scripts[version], connection);
#pragma warning restore CA2100
            await script.ExecuteNonQueryAsync(cancellationToken);
            await using var note = new NpgsqlCommand("UPDATE ownership SET schema_version = $1, heartbeat = clock_timestamp()", connection)
            {
                Parameters = { new NpgsqlParameter { Value = version + 1 } },
            };
            await note.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }
}
