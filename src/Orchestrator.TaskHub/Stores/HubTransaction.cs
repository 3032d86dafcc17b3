namespace Orchestrator.TaskHub.Stores;

/// <summary>One write of the hub: the tables, the moment it happens at, and what it changes for those who wait.</summary>
internal sealed class HubTransaction(HubTables tables, DateTimeOffset now)
{
    public HubTables Tables { get; } = tables;

    public DateTimeOffset Now { get; } = now;

    public HubChanges Changes { get; } = new();

    /// <exception cref="HubException">There is none.</exception>
    public Instance Required(string instanceId) => Tables.Instances.Find(instanceId)
        ?? throw new HubException(HubRefusal.UnknownInstance, $"There is no instance {instanceId}.");
}
