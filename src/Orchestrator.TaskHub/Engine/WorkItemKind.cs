namespace Orchestrator.TaskHub.Engine;

/// <summary>What a worker can be handed; each kind has its own limit.</summary>
internal enum WorkItemKind
{
    Orchestration,
    Activity,
}
