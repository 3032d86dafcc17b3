namespace Orchestrator.Sql;

/// <summary>How one database begins and ends what its writer commits. Used by the writer's thread alone.</summary>
internal interface IWriterTransactions<out TConnection> : IDisposable
{
    TConnection Connection { get; }

    /// <summary>Begins a transaction; throws if nothing can be written now.</summary>
    /// <param name="isSynced">Its commit is on the disk; else a loss of power may undo it, as long as no later one was synced.</param>
    void Begin(bool isSynced);

    /// <summary>From here on one operation may be undone by itself.</summary>
    void BeginOperation();

    /// <summary>The operation has run; throws if a statement of it did not.</summary>
    void EndOperation();

    /// <summary>Nothing of the operation remains; those before it do.</summary>
    void UndoOperation();

    /// <summary>Whether the failure of an operation is one of the database, so that the others fail as well.</summary>
    bool IsOfDatabase(Exception exception);

    /// <summary>Returns when all of it is on the disk, or is where the next synced commit takes it along; if it throws, nothing of it is, but for <see cref="DatabaseFailure.Unsynced"/>.</summary>
    void Commit();

    /// <summary>Drops what is left of the transaction.</summary>
    /// <returns>What those who wait for it are told.</returns>
    Exception Abort(Exception exception);
}
