namespace Orchestrator.Benchmarks.Costs;

/// <summary>One request as a provider bills it.</summary>
/// <param name="InputTokens">Tools and prompt.</param>
/// <param name="CachedTokens">Those that came from the cache.</param>
/// <param name="OutputTokens">The answer.</param>
/// <param name="AsksForSummary">It is no turn, but the question of a compaction.</param>
internal sealed record BilledRequest(long InputTokens, long CachedTokens, long OutputTokens, bool AsksForSummary);
