using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>
/// The instances with a turn to take, one item each; what comes while a worker has it waits behind it. The dispatcher's lock
/// guards it.
/// </summary>
internal sealed class OrchestrationItems(WorkItemQueues queues)
{
    private readonly Dictionary<long, OrchestrationItem> _items = [];

    public IReadOnlyCollection<OrchestrationItem> All => _items.Values;

    public OrchestrationItem? Find(long instanceKey) => _items.GetValueOrDefault(instanceKey);

    /// <summary>Lets the instance take a turn for what the store has for it.</summary>
    public void Wake(Instance instance)
    {
        var woken = new OrchestrationItem(instance) { HasMessages = true };
        if (!_items.TryGetValue(instance.Key, out OrchestrationItem? item))
        {
            Add(woken);
        }
        else if (item.Lease is null && woken.Generation > item.Generation)
        {
            // It waits under the name and version of a generation that is over: maybe nobody takes those any more.
            woken.Results.AddRange(item.Results);
            item.Place = WorkItemPlace.Gone;
            Remove(item);
            Add(woken);
        }
        else if (item.Lease is null)
        {
            item.HasMessages = true;
        }
        else if (woken.Generation >= (item.Next ?? item).Generation)
        {
            // Even while it waits again: a late answer may still settle a turn that knows nothing of this.
            woken.Results.AddRange(item.Next?.Results ?? []);

            // What the store has counted are the attempts at the turn before it.
            woken.Attempts = 0;
            item.Next = woken;
        }
    }

    /// <summary>Lets the instance take the turn that the result wakes it for.</summary>
    public void Deliver(PendingResult result)
    {
        if (!_items.TryGetValue(result.Asker.Key, out OrchestrationItem? item))
        {
            item = OrchestrationItem.For(result);
            Add(item);
        }
        else if (item.Lease is not null)
        {
            item = item.Next ??= OrchestrationItem.For(result);
        }

        item.Results.Add(result);
    }

    /// <summary>Goes on with what came while the item, which is done with, was under way.</summary>
    public void GoOn(OrchestrationItem done, bool hasMore)
    {
        if ((done.Next ?? (hasMore ? done.Again() : null)) is { } next)
        {
            next.HasMessages |= hasMore;
            Add(next);
        }
    }

    public void Remove(OrchestrationItem? item)
    {
        if (item is not null)
        {
            _items.Remove(item.Key);
        }
    }

    private void Add(OrchestrationItem item)
    {
        _items.Add(item.Key, item);
        queues.Add(item);
    }
}
