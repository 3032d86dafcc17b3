using Orchestrator.Agent.Models;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Turns;

/// <summary>
/// Tells a run's followers when the provider's cache no longer gives back what was sent before, which makes turns about ten times as
/// dear. One miss may be the cache's age; two in a row, after it had worked, are worth a look.
/// </summary>
public sealed class CacheAlarm(IReplyStore replies)
{
    /// <summary>Tokens of a request that providers cache for sure.</summary>
    private const long LeastTokens = 4_096;

    /// <summary>Of what was sent before, so much at least comes from a cache that works.</summary>
    private const decimal LeastShare = 0.5m;

    /// <returns>The alarm; none as long as nothing is wrong, or where it was raised for the turn before.</returns>
    public async Task<IEnumerable<RunEvent>> OfAsync(CommittedReply now, ModelPrices? prices, CancellationToken cancellationToken)
    {
        if (prices is null || prices.CachedInput >= prices.Input)
        {
            return [];
        }

        CommittedReply? last = await BeforeAsync(now, cancellationToken);
        CommittedReply? older = await BeforeAsync(last, cancellationToken);
        CommittedReply? oldest = await BeforeAsync(older, cancellationToken);
        if (HasMissed(last, now) != true || HasMissed(older, last) != true || HasMissed(oldest, older) != false)
        {
            return [];
        }

        long expected = last!.Usage.InputTokens;
        decimal dearer = (expected - now.Usage.CachedInputTokens) * (prices.Input - prices.CachedInput) / 1_000_000m;
        return
        [
            new RunEvent(
                RunEventKind.CacheMissed,
                now.Turn,
                $"{now.Usage.CachedInputTokens:N0} of {expected:N0} tokens that were sent before came from the provider's cache, for the second turn in a row; "
                + $"that makes a turn about {Dollars.Of(dearer)} dearer"),
        ];
    }

    private Task<CommittedReply?> BeforeAsync(CommittedReply? reply, CancellationToken cancellationToken) =>
        reply is null ? Task.FromResult<CommittedReply?>(null) : replies.FindAsync(reply.RunId, reply.Turn - 1, cancellationToken);

    /// <summary>Null where the two can't be compared: another model, another view of the conversation, too little to cache.</summary>
    private static bool? HasMissed(CommittedReply? before, CommittedReply? after) =>
        before is null || after is null || before.Model != after.Model || before.Compaction != after.Compaction || before.Usage.InputTokens < LeastTokens
            ? null
            : after.Usage.CachedInputTokens < before.Usage.InputTokens * LeastShare;
}
