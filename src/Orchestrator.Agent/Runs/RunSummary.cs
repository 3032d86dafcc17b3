using System.Text.Json.Serialization;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Runs;

/// <summary>A run as lists and views show it.</summary>
public sealed record RunSummary
{
    public required string RunId { get; init; }

    public required string Name { get; init; }

    public required RunStatus Status { get; init; }

    public required string Model { get; init; }

    public required string Requester { get; init; }

    /// <summary>Whose the run is.</summary>
    public string Tenant { get; init; } = AdmittedTask.LocalTenant;

    /// <summary>Its place among all runs; a later one was submitted later.</summary>
    [JsonIgnore]
    public long Sequence { get; init; }

    /// <summary>A person has its model not be asked.</summary>
    public bool IsPaused { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When all that it had kept was given up; null if it is there. Of a purged run nothing is left but this record.</summary>
    public DateTimeOffset? PurgedAt { get; init; }

    public required int Turns { get; init; }

    public required int ToolCalls { get; init; }

    public required TokenUsage Usage { get; init; }

    public required decimal CostUsd { get; init; }

    /// <summary>Requests whose answers were lost; what they may have cost is part of the cost.</summary>
    public LostAttempts Lost { get; init; } = LostAttempts.None;

    /// <summary>Why and until when the run waits for its provider, in words; null while it doesn't.</summary>
    public string? ProviderWait { get; init; }

    /// <summary>Null while the run goes on.</summary>
    public RunResult? Result { get; init; }
}
