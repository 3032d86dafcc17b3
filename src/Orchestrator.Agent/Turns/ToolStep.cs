using System.Text.Json.Serialization;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Agent.Turns;

/// <summary>What history keeps of a tool call: how it stands.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Elapsed">How long this step took; once there is an observation, how long all steps took, or the command if that is longer.</param>
/// <param name="Ruling">What the policy says by now of a call that was superseded; else null.</param>
public sealed record ToolStep(ToolStepState State, TimeSpan Elapsed, PolicyRuling? Ruling = null)
{
    /// <summary>Dollars that its sub-agents spent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal CostUsd { get; init; }

    /// <summary>The model goes in circles, and a person is to be asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsStuck { get; init; }
}

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

    /// <summary>The policy became stricter, or the approval doesn't fit any more: what the policy says now holds.</summary>
    Superseded,
}
