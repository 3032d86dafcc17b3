using System.Collections.Concurrent;
using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>The work items that a worker has begun: what is nearly done when it stops is still done, and answered.</summary>
internal sealed class ItemsAtWork(WorkItemProcessor processor) : IDisposable
{
    private readonly ConcurrentDictionary<Task, bool> _items = new();
    private readonly CancellationTokenSource _cutOff = new();
    private volatile bool _refuses;

    /// <summary>Begins an item, or gives it back. The stream goes on meanwhile; the hub honours the limits that it was told.</summary>
    public void Begin(WorkItem item)
    {
        Task work = Task.Run(
            () => _refuses ? processor.RefuseAsync(item, _cutOff.Token) : processor.ProcessAsync(item, _cutOff.Token), CancellationToken.None);
        _items[work] = true;
        _ = work.ContinueWith(done => _items.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <summary>From here on nothing is begun any more: others may do what the hub goes on to hand out.</summary>
    public void Refuse() => _refuses = true;

    /// <summary>Waits for what was begun, and lets go of what isn't done in time.</summary>
    public async Task DrainAsync(TimeSpan longest)
    {
        // On the machine's clock: a process that is stopped waits for no other.
        await Task.WhenAll(_items.Keys).WaitAsync(longest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _cutOff.CancelAsync();
    }

    public void Dispose() => _cutOff.Dispose();
}
