using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>All that waits for a worker, or that one has. The dispatcher's lock guards it.</summary>
internal sealed class WorkItems
{
    public WorkItems()
    {
        Orchestrations = new OrchestrationItems(Queues);
        Activities = new ActivityItems(Queues);
    }

    public WorkItemQueues Queues { get; } = new();

    public OrchestrationItems Orchestrations { get; }

    public ActivityItems Activities { get; }

    public int Count => Orchestrations.All.Count + Activities.All.Count;

    public IEnumerable<HubWorkItem> All => Orchestrations.All.Concat<HubWorkItem>(Activities.All);

    public void Add(IEnumerable<Instance> waking, IEnumerable<PendingActivity> activities)
    {
        foreach (Instance instance in waking)
        {
            Orchestrations.Wake(instance);
        }

        foreach (PendingActivity activity in activities)
        {
            Activities.Add(activity);
        }
    }

    public void Remove(HubWorkItem item)
    {
        Orchestrations.Remove(item as OrchestrationItem);
        Activities.Remove(item as ActivityItem);
    }

    /// <summary>Goes on with what came while the item, which is done with, was under way.</summary>
    public void GoOn(HubWorkItem done, bool hasMore)
    {
        if (done is OrchestrationItem instance)
        {
            Orchestrations.GoOn(instance, hasMore);
        }
    }
}
