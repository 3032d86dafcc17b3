using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Workspaces;

/// <summary>Git ended with an error, and will again, as with a damaged repository; the message holds its own words.</summary>
public sealed class GitException(string message) : RefusalException(message)
{
    /// <summary>Git's words alone, without what it was asked.</summary>
    public string Said { get; init; } = message;
}
