using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Runs;

/// <summary>A part of a tenant's runs.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Status">Only those that stand so; null for all.</param>
/// <param name="Before">Only those that were submitted before the one of this sequence; null for the newest.</param>
/// <param name="Count">At most so many.</param>
public sealed record RunPage(string Tenant, RunStatus? Status, long? Before, int Count);
