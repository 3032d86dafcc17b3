namespace Orchestrator.Agent.Models;

/// <summary>
/// The worst case of a request, reckoned before it is sent: all of its input at the full price, and the longest answer that it
/// allows. Where the rest of the budget pays for less, the answer is bounded to what it pays for.
/// </summary>
internal static class Reservation
{
    /// <summary>A request that could pay for fewer tokens of answer than that is not worth sending.</summary>
    public const int LeastAnswer = 1_000;

    /// <summary>The longest answer, in tokens, that can be paid for; null if that is less than <see cref="LeastAnswer"/>.</summary>
    /// <param name="prices">The model's prices; null if nobody knows them, and so nothing is counted.</param>
    /// <param name="leftUsd">What is left of the budget, in dollars; null if it has no limit.</param>
    /// <param name="inputTokens">The input's tokens.</param>
    public static int? LongestAnswer(ModelPrices? prices, decimal? leftUsd, long inputTokens)
    {
        if (prices is null || leftUsd is not { } left)
        {
            return ModelRequest.LongestAnswer;
        }

        decimal input = prices.MostCostOf(inputTokens, 0);
        decimal worst = prices.MostCostOf(inputTokens, ModelRequest.LongestAnswer);
        if (worst <= left)
        {
            return ModelRequest.LongestAnswer;
        }

        // What is not paid by the rest is the answer's: so it has a price.
        return left < LeastCost(prices, inputTokens)
            ? null
            : (int)decimal.Floor((left - input) * ModelRequest.LongestAnswer / (worst - input));
    }

    /// <summary>What a request costs at most, in dollars, whose answer is no longer than <see cref="LeastAnswer"/>.</summary>
    public static decimal LeastCost(ModelPrices prices, long inputTokens) => prices.MostCostOf(inputTokens, LeastAnswer);
}
