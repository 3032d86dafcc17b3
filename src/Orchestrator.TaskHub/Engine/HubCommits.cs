using Orchestrator.Failpoints;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>The way to the store: every write is announced once it is on the disk, even if its caller has left.</summary>
internal sealed class HubCommits(IHubStore store, TimeProvider time)
{
    /// <summary>Raised after each commit, before the caller of the write goes on.</summary>
    public event Action<HubChanges>? Committed;

    public DateTimeOffset Now => time.GetUtcNow();

    public async Task<T> WriteAsync<T>(Func<HubTransaction, T> step, CancellationToken cancellationToken)
    {
        (T result, HubChanges changes) = await store.WriteAsync(
            tables =>
            {
                var transaction = new HubTransaction(tables, Now);
                return (step(transaction), transaction.Changes);
            },
            cancellationToken);
        Failpoint.Hit("hub.commit.announcing");
        Committed?.Invoke(changes);
        Failpoint.Hit("hub.commit.announced");
        return result;
    }

    public Task WriteAsync(Action<HubTransaction> step, CancellationToken cancellationToken) =>
        WriteAsync(
            transaction =>
            {
                step(transaction);
                return true;
            },
            cancellationToken);

    public Task<T> ReadAsync<T>(Func<HubTables, T> query, CancellationToken cancellationToken) =>
        store.ReadAsync(query, cancellationToken);
}
