using System.Text.Json.Serialization;
using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Turns;

/// <summary>A model's answer as it is kept: it was paid for, and is never asked for again.</summary>
public sealed record CommittedReply
{
    public required string RunId { get; init; }

    public required int Turn { get; init; }

    public required string ResponseId { get; init; }

    public required string Model { get; init; }

    public string? ServiceTier { get; init; }

    public required string Text { get; init; }

    public required IReadOnlyList<RequestedCall> Calls { get; init; }

    public required ReplyEnd End { get; init; }

    public required TokenUsage Usage { get; init; }

    /// <summary>Zero for a model without a known price.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>The day of the prices that <see cref="CostUsd"/> was computed with.</summary>
    public string? PricesAsOf { get; init; }

    /// <summary>The compaction through which the model saw the transcript; null where it saw all of it.</summary>
    public int? Compaction { get; init; }

    public required int Attempts { get; init; }

    /// <summary>Attempts of the same turn whose answers were lost; null if none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LostAttempts? Lost { get; init; }

    /// <summary>What the turn's answer cost, with what was lost on the way to it.</summary>
    [JsonIgnore]
    public decimal TotalUsd => CostUsd + (Lost?.CostUsd ?? 0);

    public required TimeSpan Elapsed { get; init; }
}
