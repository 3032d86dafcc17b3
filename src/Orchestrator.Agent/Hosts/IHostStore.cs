namespace Orchestrator.Agent.Hosts;

/// <summary>Tool hosts, their leases, and who holds which workspace. All times are those of the run database.</summary>
public interface IHostStore
{
    /// <summary>Has a host's lease last from now on; makes the host known if it isn't. Where one served whose lease is over, nobody does.</summary>
    /// <returns>The host's epoch: another one than before if the lease had been over.</returns>
    Task<long> RenewAsync(ToolHost host, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Has nobody call a host any more where a process of it served until now; another that serves by now is left alone.</summary>
    Task StopServingAsync(ToolHost host, CancellationToken cancellationToken);

    Task<IReadOnlyList<KnownHost>> ListAsync(CancellationToken cancellationToken);

    /// <returns>Null if nobody holds the run's workspace yet.</returns>
    Task<HeldWorkspace?> FindAsync(string run, CancellationToken cancellationToken);

    /// <summary>Who holds the workspaces of the runs that are not over.</summary>
    Task<IReadOnlyList<HeldWorkspace>> ListHeldAsync(CancellationToken cancellationToken);

    /// <summary>Has a host hold a run's workspace, if nobody does or whoever does may be replaced.</summary>
    /// <returns>Who holds it now.</returns>
    Task<HeldWorkspace> ClaimAsync(string run, string host, CancellationToken cancellationToken);

    /// <summary>Whether a tenure lasts still.</summary>
    Task<bool> LastsAsync(Tenure tenure, CancellationToken cancellationToken);

    Task<RestorePoint> FindRestorePointAsync(string run, CancellationToken cancellationToken);

    /// <summary>Notes, and tells in the run's timeline, that the files of a workspace that was taken over have been restored.</summary>
    /// <param name="tenure">That of the new host.</param>
    /// <param name="point">What they are.</param>
    /// <param name="host">The new host, in words.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TenureException">Another host has taken over meanwhile.</exception>
    Task SetWholeAsync(Tenure tenure, RestorePoint point, string host, CancellationToken cancellationToken);
}
