using System.Text.Json.Serialization;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>What the checks of a code host say of a commit.</summary>
/// <param name="State">How they stand.</param>
/// <param name="Failed">Those that have failed, by name, the first few.</param>
public sealed record PipelineOutcome(PipelineState State, IReadOnlyList<string> Failed)
{
    [JsonIgnore]
    public string InWords => State switch
    {
        PipelineState.Pending => "still run",
        PipelineState.Passed => "passed",
        PipelineState.Failed => $"failed: {string.Join(", ", Failed.Select(Visible.Of))}",
        PipelineState.None => "are none",
        PipelineState.TimedOut => "did not end in time",
        PipelineState.Unknown => "could not be read",
        PipelineState.Canceled => "were not waited for",
    };
}

/// <summary>How the checks of a commit stand.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PipelineState>))]
public enum PipelineState
{
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("passed")]
    Passed,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Nobody checks the commit.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("timedOut")]
    TimedOut,

    /// <summary>The host refuses to say.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>The run was canceled meanwhile.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,
}
