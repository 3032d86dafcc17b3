using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>The activities without a result, one item each. The dispatcher's lock guards it.</summary>
internal sealed class ActivityItems(WorkItemQueues queues)
{
    private readonly Dictionary<ActivityKey, ActivityItem> _items = [];

    public IReadOnlyCollection<ActivityItem> All => _items.Values;

    public void Add(PendingActivity activity)
    {
        // An answer that reuses the id of an open activity asks for nothing new: one result answers both.
        var item = new ActivityItem(activity);
        if (_items.TryAdd(item.Key, item))
        {
            queues.Add(item);
        }
    }

    /// <summary>Those that the instance asked for.</summary>
    public IReadOnlyList<ActivityItem> Of(long instanceKey) => [.. _items.Values.Where(item => item.Asker.Key == instanceKey)];

    public void Remove(ActivityItem? item)
    {
        if (item is not null)
        {
            _items.Remove(item.Key);
        }
    }
}
