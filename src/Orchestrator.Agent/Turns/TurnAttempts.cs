using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Turns;

/// <summary>How far a turn that has no answer yet had come before.</summary>
/// <param name="Terms">What its requests are like; null before the first.</param>
/// <param name="Lost">Those whose answers were lost.</param>
/// <param name="ResponseId">The answer that the provider works on in the background; null if there is none.</param>
public sealed record TurnAttempts(RequestTerms? Terms, LostAttempts Lost, string? ResponseId)
{
    /// <summary>The longest answer that the next request may ask for; null where what is left doesn't pay for it.</summary>
    /// <param name="model">The model that is asked.</param>
    /// <param name="leftUsd">What was left of the budget before the turn, in dollars; null if it has no limit.</param>
    /// <param name="inputTokens">The input's tokens.</param>
    public int? LongestAnswer(ModelDescription model, decimal? leftUsd, long inputTokens)
    {
        decimal? left = leftUsd - Lost.CostUsd;
        if (Terms is not { } terms)
        {
            return Reservation.LongestAnswer(model, left, inputTokens);
        }

        // It asks for what was asked for before, unless what was lost has used up the money for that. What is under way is paid for.
        return ResponseId is null && Lost.Count > 0 && left < Reservation.Of(model, inputTokens, terms.MaxOutputTokens) ? null : terms.MaxOutputTokens;
    }

    /// <summary>What the turn may cost at least, in dollars, with what was lost.</summary>
    public decimal NeededUsd(ModelDescription model, long inputTokens) => Lost.CostUsd
        + (Terms is { } terms ? Reservation.Of(model, inputTokens, terms.MaxOutputTokens) : Reservation.LeastCost(model.Prices!, inputTokens));
}
