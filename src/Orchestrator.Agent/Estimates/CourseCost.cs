using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Estimates;

/// <summary>What a course costs, reckoned turn by turn: each request repeats all before it, which the provider has cached.</summary>
/// <param name="Course">The course.</param>
/// <param name="Usage">Its tokens, those of compactions included.</param>
/// <param name="Compactions">How often the conversation is made shorter.</param>
/// <param name="CostUsd">Dollars; null for a model without a known price.</param>
public sealed record CourseCost(Course Course, TokenUsage Usage, int Compactions, decimal? CostUsd)
{
    /// <summary>Tokens of a summary that takes the place of older turns.</summary>
    private const long SummaryTokens = 2_000;

    /// <summary>The share of a compacted conversation that stays word for word.</summary>
    private const decimal TailShare = 0.2m;

    /// <param name="course">The course.</param>
    /// <param name="openingTokens">Instructions, task and tools: what every request begins with.</param>
    /// <param name="compactionAt">Tokens of the conversation above which it is compacted.</param>
    /// <param name="prices">The model's prices; null if nobody knows them.</param>
    public static CourseCost Of(Course course, long openingTokens, long compactionAt, ModelPrices? prices)
    {
        TokenUsage all = TokenUsage.None;
        decimal usd = 0;
        int compactions = 0;
        long input = openingTokens;
        long cached = 0;
        void Ask(long answer)
        {
            var usage = new TokenUsage(input, Math.Min(cached, input), answer, prices?.CacheWrite is null ? 0 : Math.Max(input - cached, 0));
            all += usage;
            usd += prices?.CostOf(usage) ?? 0;
        }

        for (int turn = 1; turn <= course.Turns; turn++)
        {
            Ask(course.AnswerTokens);
            cached = input;
            input += course.AnswerTokens + course.ResultTokens;
            if (turn < course.Turns && input > compactionAt)
            {
                Ask(SummaryTokens);
                compactions++;
                input = openingTokens + SummaryTokens + (long)((input - openingTokens) * TailShare);
                cached = openingTokens;
            }
        }

        return new CourseCost(course, all, compactions, prices is null ? null : usd);
    }
}
