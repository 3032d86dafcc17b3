using System.Globalization;
using Microsoft.Data.Sqlite;
using Orchestrator.Failpoints;

namespace Orchestrator.Sql;

/// <summary>Applies the missing migrations, each in its own transaction; several processes may try at once.</summary>
internal static class SqliteMigrator
{
    public static void Migrate(SqliteConnection connection, Migrations migrations)
    {
        int version = VersionOf(connection);
        if (version > migrations.Version)
        {
            throw new DatabaseException(
                DatabaseFailure.TooNew,
                $"{connection.DataSource} has schema version {version}, this program knows {migrations.Version}: upgrade the program.");
        }

        for (; version < migrations.Version; version++)
        {
            Apply(connection, migrations.Scripts[version], version);
        }
    }

    private static void Apply(SqliteConnection connection, string script, int from)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        Failpoint.Hit("sql.migration.begun");

        // Another process may have done it while this one waited for the lock.
        if (VersionOf(connection) == from)
        {
            Execute(connection, script);
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {from + 1}"));
        }

        Failpoint.Hit("sql.migration.applied");
        transaction.Commit();
        Failpoint.Hit("sql.migration.committed");
    }

    private static int VersionOf(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is an embedded script of this program or a number.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
