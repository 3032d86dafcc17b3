using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>
/// Instances that took a turn lately: how the store has them, and which worker still has their orchestrator at hand. To
/// such a worker a turn goes without its history, and without a look into the store.
/// </summary>
internal sealed class LiveInstances
{
    private const int Most = 4096;

    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, Live> _live = new();

    /// <summary>Notes a committed turn.</summary>
    public void Keep(Instance instance, WorkerStream holder)
    {
        if (_live.Count < Most || _live.ContainsKey(instance.Key))
        {
            _live[instance.Key] = new Live(instance, holder, Environment.TickCount64);
        }
    }

    public void Forget(long instanceKey) => _live.TryRemove(instanceKey, out _);

    /// <summary>The worker that has the instance's orchestrator at hand, if there is one.</summary>
    public WorkerStream? HolderOf(long instanceKey) => _live.TryGetValue(instanceKey, out Live? live) ? live.Holder : null;

    /// <summary>The instance as it was last committed, if that worker has its orchestrator at hand.</summary>
    public bool TryFind(long instanceKey, WorkerStream holder, [NotNullWhen(true)] out Instance? instance)
    {
        instance = _live.TryGetValue(instanceKey, out Live? live) && live.Holder == holder ? live.Instance : null;
        return instance is not null;
    }

    /// <summary>Forgets what has been still for a while.</summary>
    public void Sweep()
    {
        long oldest = Environment.TickCount64 - (long)LongestIdle.TotalMilliseconds;
        foreach ((long key, Live live) in _live)
        {
            if (live.UsedAt < oldest)
            {
                _live.TryRemove(new KeyValuePair<long, Live>(key, live));
            }
        }
    }

    private sealed record Live(Instance Instance, WorkerStream Holder, long UsedAt);
}
