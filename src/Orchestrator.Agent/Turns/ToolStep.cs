using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Turns;

/// <summary>What history keeps of a tool call: how it stands and how long this step took.</summary>
public sealed record ToolStep(ToolStepState State, TimeSpan Elapsed);

/// <summary>How a tool call stands after a step.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ToolStepState>))]
public enum ToolStepState
{
    /// <summary>It has its observation.</summary>
    Observed,

    /// <summary>It still runs; step again.</summary>
    Running,

    /// <summary>The run was canceled before it started.</summary>
    Canceled,

    /// <summary>The policy became stricter, or the approval doesn't fit any more: ask a person.</summary>
    Superseded,
}
