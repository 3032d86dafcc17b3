using Microsoft.DurableTask;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs;

/// <summary>Lays out a run's workspace and opens its transcript with the instructions.</summary>
public sealed class PrepareWorkspace(
    ITaskStore tasks, ITranscriptStore transcripts, IEffectJournal journal, IWorkspaceSnapshots snapshots, Redactor redactor, DataFolder data)
    : TaskActivity<string, bool>
{
    public override async Task<bool> RunAsync(TaskActivityContext context, string run)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(run, cancellationToken);
        Workspace workspace = WorkspaceTree.Of(data, run);
        if (admitted.Fork is { } fork)
        {
            await ForkAsync(admitted, fork, workspace, cancellationToken);
            return true;
        }

        await WorkspaceTree.PrepareAsync(
            workspace, admitted.Task.Workspace.Source, admitted.BaseCommit, made => TakeOverSetupAsync(admitted, made, cancellationToken), cancellationToken);
        await KeepFirstAsync(run, workspace, cancellationToken);
        Instructions instructions = await Instructions.ReadAsync(admitted.Task, workspace.Tree, redactor, cancellationToken);
        await transcripts.AppendAsync(
            run,
            TranscriptKey.Opening,
            [TranscriptEntry.Instructions(instructions.System), TranscriptEntry.User(0, instructions.User)],
            new RunEvent(RunEventKind.Prepared, 0, string.Join("; ", Facts(admitted, instructions))),
            cancellationToken);
        return true;
    }

    /// <summary>A sub-agent has what the setup of its run made, under the files that it begins with.</summary>
    private async Task TakeOverSetupAsync(AdmittedTask admitted, Workspace workspace, CancellationToken cancellationToken)
    {
        if (admitted.Parent is { } parent && WorkspaceTree.Of(data, parent.RunId) is { } origin && SetupRecord.Find(origin) is { } setup)
        {
            string beside = Path.GetDirectoryName(workspace.Tree)!;
            string git = Path.Combine(beside, "own.git");
            Directory.Move(Path.Combine(workspace.Tree, ".git"), git);
            await SetupFiles.AdoptAsync(snapshots, origin, setup, workspace, cancellationToken);
            SetupFiles.ReplaceGit(workspace, git);
            string index = Path.Combine(beside, "setup.index");
            await SetupFiles.CheckOutOverAsync(workspace, workspace.Git, setup.Commit, admitted.BaseCommit, index, cancellationToken);
        }
    }

    /// <summary>A workspace that is too large for snapshots is told when a call would have one.</summary>
    private async Task KeepFirstAsync(string run, Workspace workspace, CancellationToken cancellationToken)
    {
        try
        {
            Snapshot first = await snapshots.TakeAsync(workspace, cancellationToken);
            await journal.SetFirstSnapshotAsync(run, first.Id, cancellationToken);
        }
        catch (SnapshotException)
        {
            // The run doesn't depend on it.
        }
    }

    /// <summary>A fork has its conversation already, and gets the files that belong to it.</summary>
    private async Task ForkAsync(AdmittedTask admitted, ForkOf fork, Workspace forked, CancellationToken cancellationToken)
    {
        Workspace origin = WorkspaceTree.Of(data, fork.RunId);
        string? snapshot = await journal.FindSnapshotAsync(admitted.RunId, fork.Turn, cancellationToken);
        await WorkspaceTree.PrepareAsync(forked, origin.Git, admitted.BaseCommit, made => RestoreAsync(origin, snapshot, made), cancellationToken);
        await transcripts.AppendAsync(
            admitted.RunId,
            TranscriptKey.ForkPrepared,
            [],
            new RunEvent(RunEventKind.Prepared, fork.Turn, $"workspace as behind turn {fork.Turn} of run {fork.RunId}; model {admitted.Model}: {admitted.ModelReason}"),
            cancellationToken);
    }

    /// <summary>The fork keeps the snapshot as one of its own: it may be forked itself. So it does with what the setup made.</summary>
    private async Task RestoreAsync(Workspace origin, string? snapshot, Workspace workspace)
    {
        if (SetupRecord.Find(origin) is { } setup)
        {
            await SetupFiles.AdoptAsync(snapshots, origin, setup, workspace, CancellationToken.None);
        }

        if (snapshot is null)
        {
            return;
        }

        await snapshots.RestoreAsync(origin, snapshot, workspace, CancellationToken.None);
        await snapshots.TakeAsync(workspace, CancellationToken.None);
    }

    private static IEnumerable<string> Facts(AdmittedTask admitted, Instructions instructions)
    {
        yield return $"workspace at commit {admitted.BaseCommit[..12]}";
        yield return $"model {admitted.Model}: {admitted.ModelReason}";
        if (instructions.Note is { } note)
        {
            yield return note;
        }
    }
}
