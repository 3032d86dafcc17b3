using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>A code host refuses; the message says what was asked and what to do.</summary>
public sealed class CodeHostException(string message) : RefusalException(message)
{
    /// <summary>When it may be asked again, where it only asks to be left alone; else null.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
