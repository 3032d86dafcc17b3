using Orchestrator.Agent.Models;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Costs;

/// <summary>What <c>cost</c> found, as <c>--json</c> writes it.</summary>
/// <param name="CompactAt">Tokens of the conversation above which it was compacted.</param>
/// <param name="Naive">The same turns by a loop that sends all of it with each, and finds nothing in the cache.</param>
/// <param name="AppendOnly">The same loop, whose requests each begin with the whole one before.</param>
/// <param name="Ours">The run as it was billed.</param>
/// <param name="Optimum">The least that its requests could have been billed.</param>
/// <param name="ToOptimum">What ours cost, divided by the optimum.</param>
internal sealed record CostReport(
    string Workload,
    Machine Machine,
    string Model,
    string? PricesAsOf,
    int Turns,
    int CompactAt,
    int Compactions,
    Bill Naive,
    Bill AppendOnly,
    Bill Ours,
    Bill Optimum,
    double ToOptimum);

/// <summary>The input of a run.</summary>
/// <param name="InputTokens">All that the model was shown.</param>
/// <param name="CachedTokens">What of it came from the cache.</param>
/// <param name="CachedShare">Between 0 and 1.</param>
/// <param name="InputUsd">Dollars; what the answers cost is the same for all.</param>
internal sealed record Bill(long Requests, long InputTokens, long CachedTokens, double CachedShare, decimal InputUsd)
{
    public static Bill Of(IReadOnlyList<(long Input, long Cached)> requests, ModelPrices prices)
    {
        long input = requests.Sum(request => request.Input);
        long cached = requests.Sum(request => request.Cached);
        return new Bill(
            requests.Count, input, cached, (double)cached / input, requests.Sum(request => prices.CostOf(new TokenUsage(request.Input, request.Cached, 0))));
    }
}
