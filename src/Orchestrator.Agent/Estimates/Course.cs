namespace Orchestrator.Agent.Estimates;

/// <summary>How a run may go, as far as its cost is concerned.</summary>
/// <param name="Turns">Model answers.</param>
/// <param name="AnswerTokens">Tokens of an answer, reasoning included.</param>
/// <param name="ResultTokens">Tokens of what tools and people say between two answers.</param>
public sealed record Course(int Turns, long AnswerTokens, long ResultTokens);
