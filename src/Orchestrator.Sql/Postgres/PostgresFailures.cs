using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>Tells failures of the server, and of the way to it, from failures of a statement.</summary>
internal static class PostgresFailures
{
    /// <summary>A session that stood still in a transaction was ended.</summary>
    private const string IdleInTransaction = "25P03";

    /// <summary>Null if the statement is to blame: then only its own operation fails.</summary>
    public static DatabaseFailure? OfDatabase(Exception exception) => exception switch
    {
        DatabaseException database => database.Failure,
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => DatabaseFailure.DiskFull,
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => DatabaseFailure.Busy,
        PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } => DatabaseFailure.Corrupt,
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransaction } => DatabaseFailure.Unreachable,
        PostgresException statement => OfClass(statement.SqlState),
        NpgsqlException or IOException or ObjectDisposedException => DatabaseFailure.Unreachable,
        _ => null,
    };

    /// <param name="exception">What the driver said.</param>
    /// <param name="server">Which server, without secrets.</param>
    public static DatabaseException Translated(Exception exception, string server) =>
        exception as DatabaseException ?? Translated(exception, OfDatabase(exception) ?? DatabaseFailure.InputOutput, server);

    private static DatabaseException Translated(Exception exception, DatabaseFailure failure, string server) =>
        new(failure, $"{Said(failure)} ({server}): {Reason(exception)}", exception);

    // By the first two characters: connection, authorization, catalogue, operators, a deadlock; resources, system, internal.
    private static DatabaseFailure? OfClass(string state) => state[..2] switch
    {
        "08" or "28" or "3D" or "40" or "57" => DatabaseFailure.Unreachable,
        "53" or "58" or "XX" => DatabaseFailure.InputOutput,
        _ => null,
    };

    private static string Reason(Exception exception) => exception switch
    {
        PostgresException statement => $"{statement.MessageText} (SQLSTATE {statement.SqlState})",
        { InnerException: { } inner } and NpgsqlException => $"{exception.Message} {inner.Message}",
        _ => exception.Message,
    };

    private static string Said(DatabaseFailure failure) => failure switch
    {
        DatabaseFailure.DiskFull => "The disk of the PostgreSQL server is full: free some space and try again",
        DatabaseFailure.Busy => "Somebody keeps the database locked",
        DatabaseFailure.Corrupt => "The database is damaged: restore it from a backup",
        DatabaseFailure.Unreachable => "PostgreSQL cannot be used",
        _ => "PostgreSQL failed",
    };
}
