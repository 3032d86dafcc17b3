namespace Orchestrator.Providers.Pacing;

/// <summary>What an answer's headers say of how much more may be asked for; null where they say nothing of it.</summary>
/// <param name="Requests">Requests that may be sent.</param>
/// <param name="Tokens">Tokens that requests and answers may take.</param>
internal sealed record RateNews(Allowance? Requests, Allowance? Tokens);

/// <summary>What is left of a limit.</summary>
/// <param name="Limit">All of it; null if that isn't said.</param>
/// <param name="Left">What is left of it.</param>
/// <param name="Reset">When all of it is there again, from now on.</param>
internal readonly record struct Allowance(long? Limit, long Left, TimeSpan Reset);
