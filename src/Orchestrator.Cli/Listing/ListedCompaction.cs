using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;

namespace Orchestrator.Cli.Listing;

/// <summary>A compaction as lists print it: all but its texts.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Turn">The turn after which it was made.</param>
/// <param name="ThroughTurn">The last turn that it replaces; null if it replaces none.</param>
/// <param name="ReplacedEntries">How many entries it replaces.</param>
/// <param name="TokensCounted">What the provider counted of the conversation.</param>
/// <param name="TokensBefore">Estimated, by the same measure as after.</param>
/// <param name="Failure">Why it failed; null unless it did.</param>
internal sealed record ListedCompaction(
    int Number,
    int Turn,
    CompactionState State,
    int? ThroughTurn,
    int ReplacedEntries,
    long TokensCounted,
    long TokensBefore,
    long TokensAfter,
    TokenUsage Usage,
    decimal CostUsd,
    int Attempts,
    string? Failure)
{
    public static ListedCompaction Of(Compaction compaction) => new(
        compaction.Number,
        compaction.Turn,
        compaction.State,
        compaction.Replacement?.Through,
        compaction.Replacement?.Entries ?? 0,
        compaction.TokensCounted,
        compaction.TokensBefore,
        compaction.TokensAfter,
        compaction.Usage,
        compaction.CostUsd,
        compaction.Attempts,
        compaction.Failure);
}
