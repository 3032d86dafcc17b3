namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// Keeps what a workspace's files were at a moment: all of them, ignored ones and git folders included, with permissions and links, and
/// what the shell keeps between calls. Each snapshot stores only what no earlier one of the workspace has.
/// </summary>
public interface IWorkspaceSnapshots
{
    /// <summary>Takes a snapshot; it is on the disk when this returns. Of files that are as they were it is the same snapshot again.</summary>
    /// <exception cref="SnapshotException">None can be taken; nothing is kept.</exception>
    Task<Snapshot> TakeAsync(Workspace workspace, CancellationToken cancellationToken);

    /// <summary>Makes some files what they were in a snapshot of the same workspace; what wasn't there is deleted.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="id">The snapshot.</param>
    /// <param name="paths">From the tree's root.</param>
    /// <param name="cancellationToken">Ends the wait for another snapshot.</param>
    /// <exception cref="SnapshotException">It is gone or damaged, or the files can't be written.</exception>
    Task PutBackAsync(Workspace workspace, string id, IReadOnlyList<string> paths, CancellationToken cancellationToken);

    /// <summary>Makes the files of a workspace what they were in a snapshot, and checks that they are. Repeated after a kill, it goes on.</summary>
    /// <param name="from">The workspace that the snapshot was taken of.</param>
    /// <param name="id">The snapshot.</param>
    /// <param name="to">The workspace that gets the files; it may be the same.</param>
    /// <param name="cancellationToken">Ends the wait for another snapshot.</param>
    /// <exception cref="SnapshotException">It is gone or damaged, or the files can't be written.</exception>
    Task RestoreAsync(Workspace from, string id, Workspace to, CancellationToken cancellationToken);
}
