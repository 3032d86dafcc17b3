using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>
/// Instances that took a turn lately: how the store has them, and which worker still has their orchestrator at hand. To
/// such a worker a turn goes without its history, and without a look into the store.
/// </summary>
internal sealed class LiveInstances(TimeProvider pace)
{
    private const int Most = 4096;

    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, LiveInstance> _live = [];

    /// <summary>Notes a committed turn.</summary>
    /// <param name="instance">As it is after it.</param>
    /// <param name="lease">The hand-out that was answered.</param>
    public void Keep(Instance instance, Lease lease)
    {
        lock (_lock)
        {
            if (_live.Count < Most || _live.ContainsKey(instance.Key))
            {
                _live[instance.Key] = new LiveInstance(instance, lease.Stream, lease.Token, pace.GetTimestamp());
            }
        }
    }

    public void Forget(long instanceKey)
    {
        lock (_lock)
        {
            _live.Remove(instanceKey);
        }
    }

    public LiveInstance? Find(long instanceKey)
    {
        lock (_lock)
        {
            return _live.GetValueOrDefault(instanceKey);
        }
    }

    /// <summary>Forgets what has been still for a while.</summary>
    public void Sweep()
    {
        lock (_lock)
        {
            foreach (LiveInstance still in _live.Values.Where(live => pace.GetElapsedTime(live.Since) > LongestIdle).ToList())
            {
                _live.Remove(still.Instance.Key);
            }
        }
    }
}

/// <summary>An instance that took a turn lately.</summary>
/// <param name="Instance">As it was committed.</param>
/// <param name="Holder">The worker that took the turn.</param>
/// <param name="Token">What it showed with its answer; it names the orchestrator that it keeps.</param>
/// <param name="Since">When, as a timestamp of the machine's pace.</param>
internal sealed record LiveInstance(Instance Instance, WorkerStream Holder, string Token, long Since)
{
    /// <summary>Whether the worker has exactly that instance at hand.</summary>
    public bool IsHeld(WorkerStream stream, Instance instance) =>
        Holder == stream
        && Instance.ExecutionId == instance.ExecutionId
        && Instance.HistoryBatches == instance.HistoryBatches
        && instance.HistoryBatches > 0;
}
