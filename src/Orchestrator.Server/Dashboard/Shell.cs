using Orchestrator.Agent.Steering;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Dashboard;

/// <summary>What every page has: who looks at it, when, and what its forms bring back.</summary>
/// <param name="Caller">Who looks at it.</param>
/// <param name="Antiforgery">What shows that a form is of this server's page; empty where the page has none.</param>
/// <param name="FormKey">What its forms are known by, so that one that is sent twice counts once.</param>
/// <param name="Stops">The kill switches that are on for whoever looks.</param>
/// <param name="Now">When it was made.</param>
public sealed record Shell(Caller Caller, string Antiforgery, string FormKey, IReadOnlyList<KillSwitch> Stops, DateTimeOffset Now);
