namespace Orchestrator.TaskHub.Stores;

/// <summary>What a store keeps, as one transaction sees it.</summary>
internal sealed record HubTables(IInstances Instances, IHistories Histories, IInboxes Inboxes, IActivityAttempts ActivityAttempts, ITimers Timers);
