using System.Collections.Concurrent;
using Orchestrator.Failpoints;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>The way to the store: every write is announced once it is on the disk, even if its caller has left.</summary>
internal sealed class HubCommits(IHubStore store, TimeProvider time)
{
    private readonly ConcurrentQueue<HubChanges> _unannounced = new();
    private readonly Lock _announcing = new();

    /// <summary>Raised after each commit, in their order, before the caller of the write goes on.</summary>
    public event Action<HubChanges>? Committed;

    public DateTimeOffset Now => time.GetUtcNow();

    public async Task<T> WriteAsync<T>(Func<HubTransaction, T> step, CancellationToken cancellationToken)
    {
        (T result, _) = await store.WriteAsync(
            tables =>
            {
                var transaction = new HubTransaction(tables, Now);
                return (Result: step(transaction), transaction.Changes);
            },
            committed => _unannounced.Enqueue(committed.Changes),
            cancellationToken);
        Failpoint.Hit("hub.commit.announcing");
        Announce();
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

    // The callers of a batch go on in any order. Whoever comes first tells of what was committed before its own write, too: an
    // activity that one commit drops must not be added by an earlier one.
    private void Announce()
    {
        lock (_announcing)
        {
            while (_unannounced.TryDequeue(out HubChanges? changes))
            {
                Committed?.Invoke(changes);
            }
        }
    }
}
