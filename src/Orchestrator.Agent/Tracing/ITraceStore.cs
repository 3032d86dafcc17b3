namespace Orchestrator.Agent.Tracing;

/// <summary>A run of which there is more to tell than was told.</summary>
/// <param name="Run">The run.</param>
/// <param name="Told">The last turn that was told.</param>
/// <param name="Turns">The last turn that is over.</param>
/// <param name="Seen">The event up to which all was told.</param>
/// <param name="IsOver">The run is over, and that was not told.</param>
public sealed record DueTrace(string Run, int Told, int Turns, long Seen, bool IsOver);

/// <summary>How much work there is.</summary>
/// <param name="Runs">Runs that are not over.</param>
/// <param name="Approvals">Open approvals.</param>
/// <param name="OldestApprovalAt">When the oldest of them was opened; null if there is none.</param>
public sealed record WorkAtHand(int Runs, int Approvals, DateTimeOffset? OldestApprovalAt);

/// <summary>Keeps what of which run was told to the collector of traces.</summary>
public interface ITraceStore
{
    /// <summary>Runs with turns that are over and untold, or that are over themselves; some of them at a time. What ended long ago is left alone.</summary>
    Task<IReadOnlyList<DueTrace>> ListDueAsync(CancellationToken cancellationToken);

    /// <summary>Takes on to tell what is due, so that nobody else does.</summary>
    /// <param name="due">What is due.</param>
    /// <param name="seen">The event up to which all is told then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False if somebody else has.</returns>
    Task<bool> TryTakeAsync(DueTrace due, long seen, CancellationToken cancellationToken);

    Task<WorkAtHand> CountAsync(CancellationToken cancellationToken);
}
