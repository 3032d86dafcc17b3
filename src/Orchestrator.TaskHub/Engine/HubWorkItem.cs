using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>Something that waits for a worker, or that one has. The dispatcher's lock guards what changes.</summary>
internal abstract class HubWorkItem(WorkItemSubject subject, int attempts)
{
    private const int LossesOfASuspect = 2;

    public WorkItemSubject Subject { get; } = subject;

    /// <summary>Times that it was handed out and came to nothing.</summary>
    public int Attempts { get; set; } = attempts;

    /// <summary>Times that a worker gave it back since it last got another to try.</summary>
    public int Refusals { get; set; }

    /// <summary>
    /// It was with workers that were lost, more than once. One suspect at a time is given to a worker, so that what kills workers is told
    /// from what was there by chance.
    /// </summary>
    public bool IsSuspect => Attempts >= LossesOfASuspect;

    public WorkItemPlace Place { get; set; }

    /// <summary>Its place in the order of arrival; an older ticket in a queue is void.</summary>
    public long Ticket { get; set; }

    /// <summary>The newest hand-out. It stays valid while the item waits again, for its worker may answer late.</summary>
    public Lease? Lease { get; set; }

    /// <summary>Workers that gave it back since it last rested.</summary>
    public HashSet<WorkerStream> RefusedBy { get; } = [];
}

/// <summary>An instance with a turn to take.</summary>
internal sealed class OrchestrationItem(Instance instance)
    : HubWorkItem(new WorkItemSubject(WorkItemKind.Orchestration, instance.Name, instance.Version ?? ""), instance.Attempts)
{
    public long Key { get; } = instance.Key;

    public string InstanceId { get; } = instance.InstanceId;

    public int Generation { get; } = instance.Generation;

    /// <summary>The instance that waits for the result.</summary>
    public static OrchestrationItem For(PendingResult result) => new(result.Asker with { Attempts = 0 });

    /// <summary>The same instance, for a further turn.</summary>
    public OrchestrationItem Again() => new(instance with { Attempts = 0 }) { HasMessages = true };

    /// <summary>The store holds messages for it, or may do so.</summary>
    public bool HasMessages { get; set; }

    /// <summary>Results for it that are not on the disk yet.</summary>
    public List<PendingResult> Results { get; } = [];

    /// <summary>What came while a worker had it: the instance as it will take its next turn.</summary>
    public OrchestrationItem? Next { get; set; }
}

/// <summary>An activity without a result.</summary>
internal sealed class ActivityItem(PendingActivity activity)
    : HubWorkItem(
        // Unless its orchestrator says otherwise, an activity is of its instance's version.
        new WorkItemSubject(
            WorkItemKind.Activity, activity.Request.Name, activity.Request.Version ?? activity.Instance.Version ?? ""),
        activity.Attempts)
{
    public ActivityKey Key { get; } = activity.Key;

    /// <summary>Who asked for it, as it was then.</summary>
    public Instance Asker { get; } = activity.Instance;

    public ActivityRequest Request { get; } = activity.Request;

    /// <summary>Its instance has moved on: it is not handed out again.</summary>
    public bool IsUnwanted { get; set; }
}
