using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Estimates;

/// <summary>What a run may cost, before it starts: a range, with what it rests on.</summary>
/// <param name="Least">The short course.</param>
/// <param name="Most">The long one; a run may still take longer, up to its budget.</param>
/// <param name="Assumptions">What the range rests on, in sentences for a person.</param>
public sealed record Estimate(CourseCost Least, CourseCost Most, IReadOnlyList<string> Assumptions)
{
    /// <summary>The range in dollars; null for a model without a known price.</summary>
    public CostRange? Range => Least.CostUsd is { } least && Most.CostUsd is { } most ? new CostRange(least, most) : null;

    /// <param name="model">The model.</param>
    /// <param name="openingTokens">Instructions, task and tools: what every request begins with.</param>
    /// <param name="compactionAt">Tokens of the conversation above which it is compacted.</param>
    /// <param name="experience">How runs went here.</param>
    public static Estimate Of(ModelDescription model, long openingTokens, long compactionAt, Experience experience) => new(
        CourseCost.Of(experience.Least, openingTokens, compactionAt, model.Prices),
        CourseCost.Of(experience.Most, openingTokens, compactionAt, model.Prices),
        [
            $"{experience.Least.Turns} to {experience.Most.Turns} turns, {experience.Least.AnswerTokens:N0} to {experience.Most.AnswerTokens:N0} tokens an answer, "
                + $"{experience.Least.ResultTokens:N0} to {experience.Most.ResultTokens:N0} tokens of tool results a turn: {experience.Source}.",
            $"Every request begins with about {openingTokens:N0} tokens of instructions, task and tools, and repeats the conversation; what was sent before comes from the provider's cache.",
            $"The conversation is compacted above {compactionAt:N0} tokens.",
            model.Prices is { } prices
                ? $"Prices of {model.Id} on the default tier, as of {prices.AsOf}."
                : $"The model {model.Id} has no known price, so only tokens are counted.",
        ]);
}
