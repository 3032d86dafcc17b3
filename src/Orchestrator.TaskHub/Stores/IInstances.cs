using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>The instances, with the events that began and ended them.</summary>
internal interface IInstances
{
    Instance? Find(string instanceId);

    Instance? Find(long key);

    /// <returns>The new instance's key.</returns>
    long Add(Instance instance, HistoryEvent started);

    void Update(Instance instance);

    void SaveAttempts(long key, int attempts);

    void Remove(long key);

    /// <summary>The ExecutionStarted event of the newest generation.</summary>
    HistoryEvent Started(long key);

    void SaveStarted(long key, HistoryEvent started);

    /// <summary>The ExecutionCompleted event, if the instance has ended.</summary>
    HistoryEvent? Ended(long key);

    void SaveEnded(long key, HistoryEvent ended);

    /// <summary>The instance goes on: it has not ended after all.</summary>
    void RemoveEnded(long key);

    /// <summary>
    /// What the instance started, in any of its generations. Children are younger than their parent, and have higher keys: those of a
    /// former instance of the same id are none of its own.
    /// </summary>
    IReadOnlyList<Instance> ChildrenOf(Instance parent);

    /// <summary>In the order of their creation, those after <paramref name="afterKey"/>.</summary>
    IReadOnlyList<Instance> Matching(InstanceFilter filter, long afterKey, int limit);

    /// <summary>Ended instances in the order of their ends.</summary>
    IReadOnlyList<Instance> Completed(CompletionFilter filter, int limit);

    /// <summary>Those whose history holds an activity without a result; of the ended ones, those that left something open.</summary>
    IReadOnlyList<Instance> WithOpenTasks();

    /// <summary>Those that have a turn to take: not started yet, or with messages that wait.</summary>
    IReadOnlyList<Instance> Waking();
}
