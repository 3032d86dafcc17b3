using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tokens;

/// <summary>A token that counts.</summary>
/// <param name="Hash">Its hash, in hexadecimal digits.</param>
/// <param name="Caller">Who shows it.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
internal sealed record KnownToken(string Hash, Caller Caller, DateTimeOffset? ExpiresAt);
