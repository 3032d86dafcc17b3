using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Turns;

/// <summary>How far a turn that has no answer yet had come before.</summary>
/// <param name="Terms">What its requests are like; null before the first.</param>
/// <param name="Lost">Those whose answers were lost.</param>
/// <param name="ResponseId">The answer that the provider works on in the background; null if there is none.</param>
public sealed record TurnAttempts(RequestTerms? Terms, LostAttempts Lost, string? ResponseId);
