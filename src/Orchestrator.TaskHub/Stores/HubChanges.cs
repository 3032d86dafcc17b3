namespace Orchestrator.TaskHub.Stores;

/// <summary>What a committed write means for the hub's memory: who can work, who waits, who need not any more.</summary>
internal sealed class HubChanges
{
    private readonly Dictionary<long, Instance> _waking = [];
    private readonly List<PendingActivity> _activities = [];
    private readonly List<long> _withoutActivities = [];
    private readonly List<long> _left = [];
    private readonly HashSet<string> _moved = new(StringComparer.Ordinal);
    private readonly List<long> _terminating = [];

    /// <summary>Instances that have a turn to take.</summary>
    public IReadOnlyCollection<Instance> Waking => _waking.Values;

    public IReadOnlyList<PendingActivity> Activities => _activities;

    /// <summary>Keys of instances whose activities nobody wants any more.</summary>
    public IReadOnlyList<long> WithoutActivities => _withoutActivities;

    /// <summary>Keys of instances that take no further turn.</summary>
    public IReadOnlyList<long> Left => _left;

    /// <summary>Ids of instances that appeared, started, ended, or went on after their end.</summary>
    public IReadOnlyCollection<string> Moved => _moved;

    /// <summary>Keys of instances that were asked to end.</summary>
    public IReadOnlyList<long> Terminating => _terminating;

    public DateTimeOffset? EarliestTimer { get; private set; }

    public void Wakes(Instance instance) => _waking[instance.Key] = instance;

    public void Adds(PendingActivity activity) => _activities.Add(activity);

    public void DropsActivitiesOf(long instanceKey) => _withoutActivities.Add(instanceKey);

    public void Leaves(long instanceKey) => _left.Add(instanceKey);

    public void Moves(string instanceId) => _moved.Add(instanceId);

    public void Terminates(long instanceKey) => _terminating.Add(instanceKey);

    public void SetsTimer(DateTimeOffset fireAt) =>
        EarliestTimer = EarliestTimer is { } earliest && earliest <= fireAt ? earliest : fireAt;
}
