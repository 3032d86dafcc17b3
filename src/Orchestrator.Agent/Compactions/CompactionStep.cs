using System.Text.Json.Serialization;
using Orchestrator.Agent.Accounts;

namespace Orchestrator.Agent.Compactions;

/// <summary>What history keeps of a compaction: how it ended, and what it took. Texts stay in the run database.</summary>
public sealed record CompactionStep
{
    public required CompactionOutcome Outcome { get; init; }

    public decimal CostUsd { get; init; }

    /// <summary>What asking for a summary may cost, if that is more than was left; else null.</summary>
    public decimal? NeededUsd { get; init; }

    /// <summary>The account that doesn't pay for a summary, if one doesn't; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AccountShortage? Shortage { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>The step that a compaction which is over amounts to.</summary>
    internal static CompactionStep Of(Compaction ended) => new()
    {
        Outcome = ended switch
        {
            { IsFutile: true } => CompactionOutcome.Futile,
            { State: CompactionState.Failed } => CompactionOutcome.PutOff,
            _ => CompactionOutcome.Compacted,
        },
        CostUsd = ended.TotalUsd,
        Elapsed = ended.Elapsed,
    };
}

/// <summary>How a compaction ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CompactionOutcome>))]
public enum CompactionOutcome
{
    Compacted,

    /// <summary>It freed too little, or there was no usable summary: the full entries stay in use.</summary>
    Futile,

    /// <summary>The provider could not be asked: the next turn is taken with the full entries, and it is tried again.</summary>
    PutOff,

    /// <summary>It was not asked for: what is left of the budget doesn't pay for a summary.</summary>
    IsUnaffordable,

    /// <summary>It was not asked for: since it was decided a person has undone the one that it would be made from, or the model is gone.</summary>
    NotDue,

    /// <summary>The run was canceled before.</summary>
    Canceled,
}
