namespace Orchestrator.Agent.Models;

/// <summary>Requests whose answers were lost, with their process or at the provider: they were sent again, and both may have been billed.</summary>
/// <param name="Count">How many.</param>
/// <param name="CostUsd">What they cost at most, in dollars; it counts as spent.</param>
public sealed record LostAttempts(int Count, decimal CostUsd)
{
    public static LostAttempts None { get; } = new(0, 0);

    /// <summary>One more was lost.</summary>
    /// <param name="usd">What it cost at most, in dollars.</param>
    public LostAttempts Plus(decimal usd) => new(Count + 1, CostUsd + usd);
}
