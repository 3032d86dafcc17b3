namespace Orchestrator.Sql;

/// <summary>The database itself failed, as opposed to the statement that it was asked to run.</summary>
public sealed class DatabaseException(DatabaseFailure failure, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public DatabaseFailure Failure { get; } = failure;
}
