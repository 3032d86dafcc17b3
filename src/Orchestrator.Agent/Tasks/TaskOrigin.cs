namespace Orchestrator.Agent.Tasks;

/// <summary>Where a task comes from, as whoever takes it in knows it.</summary>
/// <param name="Requester">Who asks for the run.</param>
/// <param name="Tenant">Null where the deployment has no tenants.</param>
/// <param name="Author">Who wrote the ticket; null where there is none.</param>
public sealed record TaskOrigin(string Requester, string? Tenant = null, string? Author = null);
