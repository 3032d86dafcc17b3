namespace Orchestrator.TaskHub.Engine;

/// <summary>A worker as it introduces itself.</summary>
/// <param name="Name">Usually its machine, its process and a number of its own.</param>
/// <param name="Agent">Its SDK and the version.</param>
/// <param name="KeepsOrchestrators">It keeps the orchestrators of recent turns.</param>
internal sealed record Caller(string Name, string Agent, bool KeepsOrchestrators);
