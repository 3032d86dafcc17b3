namespace Orchestrator.Agent.Workspaces;

/// <summary>A snapshot can't be taken or restored; the message says why.</summary>
public sealed class SnapshotException(string message, Exception? inner = null) : Exception(message, inner);
