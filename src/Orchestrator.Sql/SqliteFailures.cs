using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Orchestrator.Sql;

/// <summary>Tells failures of the file from failures of a statement.</summary>
internal static class SqliteFailures
{
    /// <summary>Null if the statement is to blame: then only its own operation fails.</summary>
    public static DatabaseFailure? OfDatabase(SqliteException exception) => exception.SqliteErrorCode switch
    {
        SQLITE_FULL => DatabaseFailure.DiskFull,
        SQLITE_BUSY or SQLITE_LOCKED => DatabaseFailure.Busy,
        SQLITE_IOERR when exception.SqliteExtendedErrorCode is SQLITE_IOERR_FSYNC or SQLITE_IOERR_DIR_FSYNC => DatabaseFailure.Unsynced,
        SQLITE_IOERR or SQLITE_CANTOPEN or SQLITE_READONLY or SQLITE_NOMEM => DatabaseFailure.InputOutput,
        SQLITE_CORRUPT or SQLITE_NOTADB => DatabaseFailure.Corrupt,
        _ => null,
    };

    public static DatabaseException Translated(SqliteException exception, DatabaseFailure failure, string path) =>
        new(failure, $"{Said(failure)} ({path}; SQLite code {exception.SqliteExtendedErrorCode}).", exception);

    private static string Said(DatabaseFailure failure) => failure switch
    {
        DatabaseFailure.DiskFull => "The disk is full: free some space and try again",
        DatabaseFailure.Busy => "Another process keeps the database locked",
        DatabaseFailure.InputOutput => "The database file could not be read or written",
        DatabaseFailure.Unsynced => "The disk did not confirm a write: check the disk, then restart the process",
        DatabaseFailure.Corrupt => "The database file is damaged: restore it from a backup",
        DatabaseFailure.TooNew => "The database was written by a newer version: upgrade this program",
        DatabaseFailure.Closed => "The database is closed",
    };
}
