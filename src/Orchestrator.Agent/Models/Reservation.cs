namespace Orchestrator.Agent.Models;

/// <summary>
/// The worst case of a request, reckoned before it is sent: all of its input at the full price, and the longest answer that it
/// allows. Where the rest of the budget pays for less, the answer is bounded to what it pays for.
/// </summary>
internal static class Reservation
{
    /// <summary>A request that could pay for fewer tokens of answer than that is not worth sending.</summary>
    public const int LeastAnswer = 1_000;

    /// <summary>
    /// The longest answer, in tokens, that fits into the model's window behind the input and can be paid for; null if less than
    /// <see cref="LeastAnswer"/> can be paid for. So little is asked for even where it doesn't fit: the input is estimated, and the
    /// endpoint knows better.
    /// </summary>
    /// <param name="model">The model that is asked; without known prices nothing is counted.</param>
    /// <param name="leftUsd">What is left of the budget, in dollars; null if it has no limit.</param>
    /// <param name="inputTokens">The input's tokens.</param>
    public static int? LongestAnswer(ModelDescription model, decimal? leftUsd, long inputTokens)
    {
        int longest = (int)Math.Min(model.LongestAnswer, Math.Max(model.ContextWindow - inputTokens, LeastAnswer));
        if (model.Prices is not { } prices || leftUsd is not { } left)
        {
            return longest;
        }

        decimal input = prices.MostCostOf(inputTokens, 0);
        decimal worst = prices.MostCostOf(inputTokens, longest);
        if (worst <= left)
        {
            return longest;
        }

        // What is not paid by the rest is the answer's: so it has a price.
        return left < LeastCost(prices, inputTokens) ? null : (int)decimal.Floor((left - input) * longest / (worst - input));
    }

    /// <summary>What a request costs at most, in dollars; nothing where nobody knows the price.</summary>
    public static decimal Of(ModelDescription model, long inputTokens, int longestAnswer) => model.Prices?.MostCostOf(inputTokens, longestAnswer) ?? 0;

    /// <summary>What a request costs at most, in dollars, whose answer is no longer than <see cref="LeastAnswer"/>.</summary>
    public static decimal LeastCost(ModelPrices prices, long inputTokens) => prices.MostCostOf(inputTokens, LeastAnswer);
}
