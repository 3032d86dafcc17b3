using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Dashboard;

/// <summary>What every page has: who looks at it, when, and what its forms bring back.</summary>
/// <param name="Caller">Who looks at it.</param>
/// <param name="Antiforgery">What shows that a form is of this server's page; empty where the page has none.</param>
/// <param name="Now">When it was made.</param>
public sealed record Shell(Caller Caller, string Antiforgery, DateTimeOffset Now);
