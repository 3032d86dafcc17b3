using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// Lays out the files of a run on this host, those that it begins with or those that it had. A workspace that stands is left as it is; what
/// is begun and not done is begun anew.
/// </summary>
public sealed class WorkspaceLayout(IWorkspaceSnapshots snapshots, IRunFiles files, DataFolder data)
{
    private static readonly RunFolder[] OfOrigin = [RunFolder.Git, RunFolder.Snapshots];

    /// <summary>The files before the run's first call: its commit, with what a setup made; for a fork, those of the run that it comes from.</summary>
    /// <param name="admitted">The run.</param>
    /// <param name="origin">For a fork, the snapshot of the other run that it begins with; null if there is none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SnapshotException">A snapshot is gone or damaged.</exception>
    /// <exception cref="IOException">What is kept of the other run can't be fetched; it may pass.</exception>
    public async Task<Workspace> LayOutAsync(AdmittedTask admitted, string? origin, CancellationToken cancellationToken)
    {
        Workspace workspace = WorkspaceTree.Of(data, admitted.RunId);
        string? other = admitted.Fork?.RunId ?? admitted.Parent?.RunId;
        if (other is not null && !Directory.Exists(Path.GetDirectoryName(workspace.Tree)))
        {
            await files.FetchAsync(other, OfOrigin, cancellationToken);
        }

        Task CompleteAsync(Workspace made) => admitted switch
        {
            { Fork: { } fork } => ForkAsync(WorkspaceTree.Of(data, fork.RunId), origin, made, cancellationToken),
            { Parent: { } parent } => TakeOverSetupAsync(admitted, WorkspaceTree.Of(data, parent.RunId), made, cancellationToken),
            _ when SetupRecord.Find(workspace) is { } setup => FillAsync(workspace, setup.Snapshot, made, cancellationToken),
            _ => Task.CompletedTask,
        };
        string source = other is null ? admitted.Task.Workspace.Source : WorkspaceTree.Of(data, other).Git;
        await WorkspaceTree.PrepareAsync(workspace, source, admitted.BaseCommit, CompleteAsync, cancellationToken);
        return workspace;
    }

    /// <summary>The files as they were in one of the run's own snapshots.</summary>
    /// <exception cref="SnapshotException">It is gone or damaged.</exception>
    public Task RestoreAsync(AdmittedTask admitted, string snapshot, CancellationToken cancellationToken)
    {
        Workspace workspace = WorkspaceTree.Of(data, admitted.RunId);
        return WorkspaceTree.PrepareAsync(
            workspace,
            admitted.Task.Workspace.Source,
            admitted.BaseCommit,
            made => FillAsync(workspace, snapshot, made, cancellationToken),
            cancellationToken);
    }

    /// <summary>Package caches that the run had for itself may be gone with its host; those that runs share are not.</summary>
    private async Task FillAsync(Workspace workspace, string snapshot, Workspace made, CancellationToken cancellationToken)
    {
        await snapshots.RestoreAsync(workspace, snapshot, made, cancellationToken);
        if (SetupRecord.Find(workspace) is not null)
        {
            PackageCaches.Place(made, Directory.Exists(data.Caches) ? data.Caches : null);
        }
    }

    /// <summary>A sub-agent has what the setup of its run made, under the files that it begins with.</summary>
    private async Task TakeOverSetupAsync(AdmittedTask admitted, Workspace origin, Workspace workspace, CancellationToken cancellationToken)
    {
        if (SetupRecord.Find(origin) is not { } setup)
        {
            return;
        }

        string beside = Path.GetDirectoryName(workspace.Tree)!;
        string git = Path.Combine(beside, "own.git");
        Directory.Move(Path.Combine(workspace.Tree, ".git"), git);
        await SetupFiles.AdoptAsync(snapshots, origin, setup, workspace, cancellationToken);
        SetupFiles.ReplaceGit(workspace, git);
        string index = Path.Combine(beside, "setup.index");
        await SetupFiles.CheckOutOverAsync(workspace, workspace.Git, setup.Commit, admitted.BaseCommit, index, cancellationToken);
    }

    /// <summary>The fork keeps the snapshot as one of its own: it may be forked itself. So it does with what the setup made.</summary>
    private async Task ForkAsync(Workspace origin, string? snapshot, Workspace workspace, CancellationToken cancellationToken)
    {
        if (SetupRecord.Find(origin) is { } setup)
        {
            await SetupFiles.AdoptAsync(snapshots, origin, setup, workspace, cancellationToken);
        }

        if (snapshot is null)
        {
            return;
        }

        await snapshots.RestoreAsync(origin, snapshot, workspace, cancellationToken);
        await snapshots.TakeAsync(workspace, cancellationToken);
    }
}
