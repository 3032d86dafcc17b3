using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>An activity that somebody asked for and nobody has answered.</summary>
internal sealed record PendingActivity(long Key, long InstanceKey, int Attempts, ActivityRequest Request);
