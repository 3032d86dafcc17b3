using System.Data;

namespace Orchestrator.Sql.Postgres;

/// <summary>The part of a writer's transactions that is the same whoever else may write: operations that are undone by themselves.</summary>
internal abstract class PostgresOperations : IWriterTransactions<PostgresConnection>
{
    private long _sendingsBefore;

    public PostgresConnection Connection => Session ?? throw new InvalidOperationException("There is no session.");

    /// <summary>The session at hand; null while there is none.</summary>
    protected PostgresConnection? Session { get; set; }

    /// <summary>A transaction has begun and has not ended.</summary>
    protected bool IsUnderWay { get; set; }

    /// <summary>Host, port and database, for messages.</summary>
    protected abstract string Server { get; }

    public abstract void Begin(bool isSynced);

    public void BeginOperation()
    {
        _sendingsBefore = Connection.Sendings;
        Connection.Later("SAVEPOINT operation");
    }

    public void EndOperation()
    {
        Connection.Later("RELEASE operation");
        Connection.Flush();
    }

    public void UndoOperation()
    {
        Connection.DropUnsent();
        if (Connection.Sendings > _sendingsBefore)
        {
            Connection.Later("ROLLBACK TO operation");
            Connection.Later("RELEASE operation");
            Connection.Flush();
        }
    }

    public bool IsOfDatabase(Exception exception) =>
        PostgresFailures.OfDatabase(exception) is not null || Connection.Connection.State != ConnectionState.Open;

    public abstract void Commit();

    public Exception Abort(Exception exception)
    {
        if (IsUnderWay)
        {
            // The session's end undoes it.
            Drop();
        }

        return PostgresFailures.Translated(exception, Server);
    }

    public abstract void Dispose();

    protected void Drop()
    {
        Session?.Dispose();
        Session = null;
        IsUnderWay = false;
    }
}
