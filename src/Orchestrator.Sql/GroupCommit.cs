using Orchestrator.Failpoints;

namespace Orchestrator.Sql;

/// <summary>
/// Runs operations in one transaction, commits once, and only then tells their callers. An operation that throws is rolled
/// back alone; a failure of the database fails the batch.
/// </summary>
internal sealed class GroupCommit<TConnection>(IWriterTransactions<TConnection> transactions) : IDisposable
{
    /// <summary>Returns when each caller has been told: of the commit, or of what failed.</summary>
    public void Run(List<PendingWrite<TConnection>> batch)
    {
        List<PendingWrite<TConnection>> done = [];
        List<(PendingWrite<TConnection> Write, Exception Failure)> undone = [];
        try
        {
            Failpoint.Hit("sql.batch.begin");
            transactions.Begin(batch.Any(write => write.IsSynced));
            foreach (PendingWrite<TConnection> write in batch)
            {
                RunAlone(write, done, undone);
            }

            Failpoint.Hit("sql.commit.before");
            transactions.Commit();
            Failpoint.Hit("sql.commit.after");
        }
        catch (Exception exception)
        {
            // The writer's outermost line: whatever broke the batch goes to those who wait, and the thread lives on.
            Exception failure = transactions.Abort(exception);
            batch.ForEach(write => write.Fail(failure));
            return;
        }

        done.ForEach(write => write.Complete());
        undone.ForEach(failed => failed.Write.Fail(failed.Failure));
        Failpoint.Hit("sql.callers.told");
    }

    public void Dispose() => transactions.Dispose();

    // One that fails is told after the commit, too: it may have failed because of what another of the batch had written.
    private void RunAlone(
        PendingWrite<TConnection> write,
        List<PendingWrite<TConnection>> done,
        List<(PendingWrite<TConnection> Write, Exception Failure)> undone)
    {
        transactions.BeginOperation();
        try
        {
            write.Run(transactions.Connection);
            transactions.EndOperation();
            done.Add(write);
        }
        catch (Exception exception) when (!transactions.IsOfDatabase(exception))
        {
            transactions.UndoOperation();
            undone.Add((write, exception));
        }
    }
}
