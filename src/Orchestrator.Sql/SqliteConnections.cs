using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Orchestrator.Sql;

/// <summary>
/// Opens connections as this product wants them: WAL, every commit synced, patient with other processes; what is deleted is written over, so
/// that a run that is purged is not in the file any more.
/// </summary>
internal static class SqliteConnections
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="DatabaseException">The file can have no write-ahead log.</exception>
    public static PreparedConnection OpenWriter(string path)
    {
        CreatePrivately(path);
        PreparedConnection writer = Open(path, SqliteOpenMode.ReadWrite, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON");
        try
        {
            RequireLog(writer.Connection, path);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Opens an empty file that gets what another has.</summary>
    public static PreparedConnection OpenNew(string path)
    {
        CreatePrivately(path);
        return Open(path, SqliteOpenMode.ReadWrite, "PRAGMA synchronous = OFF");
    }

    // A reader of a WAL database must be able to write its shared memory: it is kept from writing by query_only.
    public static PreparedConnection OpenReader(string path) =>
        Open(path, SqliteOpenMode.ReadWrite, "PRAGMA query_only = ON");

    private static PreparedConnection Open(string path, SqliteOpenMode mode, string pragmas)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = (int)BusyTimeout.TotalSeconds,
        };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(int)BusyTimeout.TotalMilliseconds}; {pragmas}");
#pragma warning restore CA2100
            command.ExecuteNonQuery();
            return new PreparedConnection(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Where the switch fails SQLite keeps the old mode and calls that no error (https://sqlite.org/pragma.html#pragma_journal_mode).
    private static void RequireLog(SqliteConnection connection, string path)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        if (command.ExecuteScalar() is not "wal")
        {
            throw new DatabaseException(
                DatabaseFailure.InputOutput, $"The database can have no write-ahead log: check the disk, and that it is a local one ({path}).");
        }
    }

    // Histories hold what people and tools said: nobody else on the machine may read them. SQLite gives
    // the -wal and -shm files the permissions of the database file.
    private static void CreatePrivately(string path)
    {
        if (File.Exists(path))
        {
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using FileStream file = File.Open(path, options);
    }
}
