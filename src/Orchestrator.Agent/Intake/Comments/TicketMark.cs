namespace Orchestrator.Agent.Intake.Comments;

/// <summary>What a comment is known by among those of others.</summary>
/// <param name="Run">The run that it tells of.</param>
/// <param name="Nonce">Random, of lower-case hex, and known to nobody before the comment is there: the oldest comment with it is ours.</param>
public sealed record TicketMark(string Run, string Nonce);
