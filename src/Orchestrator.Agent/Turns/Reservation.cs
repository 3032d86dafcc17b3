using System.Text;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Turns;

/// <summary>
/// The worst case of a request, reckoned before it is sent: all of its input at the full price, and the longest answer that it
/// allows. Where the rest of the budget pays for less, the answer is bounded to what it pays for.
/// </summary>
internal static class Reservation
{
    /// <summary>A request that could pay for fewer tokens of answer than that is not worth sending.</summary>
    public const int LeastAnswer = 1_000;

    /// <summary>How few bytes of text make a token, on average of a text; code and prose have more.</summary>
    private const int BytesPerToken = 3;

    /// <summary>Tokens that a request's input takes at most, as far as that can be told without the provider's tokenizer.</summary>
    /// <param name="transcript">What the model is shown.</param>
    /// <param name="tools">What it is offered.</param>
    /// <param name="last">What the answer before it was billed as; null, or nothing, if there is none that was counted.</param>
    public static long InputTokens(IReadOnlyList<TranscriptEntry> transcript, IReadOnlyList<ToolDefinition> tools, TokenUsage? last)
    {
        if (last is not { InputTokens: > 0 })
        {
            return transcript.Sum(TokensOf) + tools.Sum(TokensOf);
        }

        // The last answer's items, and all before them, were counted by the provider itself.
        return last.InputTokens + last.OutputTokens
            + transcript.Reverse().TakeWhile(entry => entry.Kind != EntryKind.ProviderItem).Sum(TokensOf);
    }

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

        decimal input = prices.CostOf(new TokenUsage(inputTokens, 0, 0));
        decimal worst = prices.CostOf(new TokenUsage(inputTokens, 0, ModelRequest.LongestAnswer));
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
    public static decimal LeastCost(ModelPrices prices, long inputTokens) => prices.CostOf(new TokenUsage(inputTokens, 0, LeastAnswer));

    private static long TokensOf(TranscriptEntry entry) => TokensOf(entry.Body.Length);

    private static long TokensOf(ToolDefinition tool) =>
        TokensOf(Encoding.UTF8.GetByteCount(tool.Name) + Encoding.UTF8.GetByteCount(tool.Description) + Encoding.UTF8.GetByteCount(tool.Parameters));

    private static long TokensOf(int bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;
}
