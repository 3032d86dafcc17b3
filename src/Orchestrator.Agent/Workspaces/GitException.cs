using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Workspaces;

/// <summary>Git ended with an error, and will again, as with a damaged repository; the message holds its own words.</summary>
public sealed class GitException(string message) : LastingException(message);
