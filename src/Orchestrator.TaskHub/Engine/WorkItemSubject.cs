namespace Orchestrator.TaskHub.Engine;

/// <summary>What a work item is about: all that a worker's filter looks at.</summary>
/// <param name="Kind">Orchestration or activity.</param>
/// <param name="Name">The registered name.</param>
/// <param name="Version">Empty if unversioned.</param>
internal readonly record struct WorkItemSubject(WorkItemKind Kind, string Name, string Version);
