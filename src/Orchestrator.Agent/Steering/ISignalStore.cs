namespace Orchestrator.Agent.Steering;

/// <summary>What people tell a run while it is under way; rows that the run reads at its next step.</summary>
public interface ISignalStore
{
    /// <summary>Asks a run to end itself; its open approvals are withdrawn in the same transaction.</summary>
    /// <returns>False if the run is unknown or over.</returns>
    Task<bool> CancelAsync(string run, string person, CancellationToken cancellationToken);

    Task<bool> IsCanceledAsync(string run, CancellationToken cancellationToken);
}
