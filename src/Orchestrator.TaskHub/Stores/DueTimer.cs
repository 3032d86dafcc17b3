namespace Orchestrator.TaskHub.Stores;

/// <summary>A timer whose time has come; without a timer id it is a scheduled start.</summary>
internal sealed record DueTimer(long Key, long InstanceKey, int? TimerId, DateTimeOffset FireAt);
