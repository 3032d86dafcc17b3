using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Workspaces;

/// <summary>A run changed more than can land; the message names the limit.</summary>
public sealed class LandingException(string message) : LastingException(message);
