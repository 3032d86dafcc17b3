using Orchestrator.Agent.Models;

namespace Orchestrator.Benchmarks.Costs;

/// <summary>What the requests of a run cost, what they could have cost, and what a simpler loop would have paid for the same turns.</summary>
/// <param name="requests">The run's requests, in order: turns, and questions for summaries before the turn that is shown the first one.</param>
internal sealed class Bills(IReadOnlyList<BilledRequest> requests, ModelPrices prices)
{
    public Bill Ours => Bill.Of([.. requests.Select(request => (request.InputTokens, request.CachedTokens))], prices);

    /// <summary>
    /// Each token is paid for in full once, where it stands first: all of the first request, what was added since the one before,
    /// and behind a compaction all but instructions, tools and task, which are the first request.
    /// </summary>
    public Bill Optimum
    {
        get
        {
            List<(long, long)> best = [(requests[0].InputTokens, 0)];
            for (int i = 1; i < requests.Count; i++)
            {
                bool isCompacted = requests[i - 1].AsksForSummary;
                best.Add((requests[i].InputTokens, isCompacted ? requests[0].InputTokens : requests[i - 1].InputTokens));
            }

            return Bill.Of(best, prices);
        }
    }

    public Bill Naive => Bill.Of([.. Uncompacted().Select(input => (input, 0L))], prices);

    public Bill AppendOnly
    {
        get
        {
            long[] inputs = [.. Uncompacted()];
            return Bill.Of([.. inputs.Select((input, i) => (input, i == 0 ? 0 : inputs[i - 1]))], prices);
        }
    }

    /// <summary>The input of each turn, had nothing been compacted: the turns of this run all add the same.</summary>
    private IEnumerable<long> Uncompacted()
    {
        BilledRequest[] turns = [.. requests.Where(request => !request.AsksForSummary)];
        long first = turns[0].InputTokens;
        double added = turns.Length > 1 ? turns[1].InputTokens - first : 0;
        return turns.Select((_, i) => (long)(first + (added * i)));
    }
}
