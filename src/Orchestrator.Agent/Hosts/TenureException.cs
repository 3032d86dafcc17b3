namespace Orchestrator.Agent.Hosts;

/// <summary>Thrown at a write in a tenure that is over: another host has taken over, and nothing is committed.</summary>
public sealed class TenureException(Tenure tenure)
    : Exception($"The workspace of run {tenure.Run} was taken over from host {tenure.Host} after epoch {tenure.Epoch}; what was done there since is not committed.");
