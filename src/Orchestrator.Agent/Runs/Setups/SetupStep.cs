using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Runs.Setups;

/// <summary>What history keeps of a setup: how it stands.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Elapsed">How long its commands took, once it is over.</param>
/// <param name="Failure">Why it failed, in words for a person; else null.</param>
public sealed record SetupStep(SetupState State, TimeSpan Elapsed, string? Failure = null);

/// <summary>How a setup stands after a step.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SetupState>))]
public enum SetupState
{
    /// <summary>A command of it still runs; step again.</summary>
    Running,

    /// <summary>The workspace stands, with what the commands made.</summary>
    Done,

    /// <summary>A command failed, or did what a setup must not do.</summary>
    Failed,

    /// <summary>Somebody canceled the run.</summary>
    Canceled,
}
