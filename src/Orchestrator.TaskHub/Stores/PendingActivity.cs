using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>An activity that somebody asked for and nobody has answered.</summary>
/// <param name="Instance">Who asked, as it was then.</param>
/// <param name="Request">What for.</param>
/// <param name="Attempts">How often it was handed out and came to nothing.</param>
internal sealed record PendingActivity(Instance Instance, ActivityRequest Request, int Attempts)
{
    public ActivityKey Key => new(Instance.Key, Instance.Generation, Request.TaskId);
}

/// <summary>Names one activity among all that ever were.</summary>
internal readonly record struct ActivityKey(long InstanceKey, int Generation, int TaskId);
