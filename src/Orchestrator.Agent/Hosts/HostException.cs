namespace Orchestrator.Agent.Hosts;

/// <summary>Thrown where the host that holds a run can't be had; the activity is tried again.</summary>
public sealed class HostException(string message, Exception? inner = null) : Exception(message, inner);
