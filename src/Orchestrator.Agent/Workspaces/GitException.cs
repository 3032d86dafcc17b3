namespace Orchestrator.Agent.Workspaces;

/// <summary>Git ended with an error; the message holds its own words.</summary>
public sealed class GitException(string message) : Exception(message);
