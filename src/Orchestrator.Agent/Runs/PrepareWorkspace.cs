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
    ITaskStore tasks, ITranscriptStore transcripts, IEffectJournal journal, WorkspaceLayout layout, IWorkspaceSnapshots snapshots, IRunFiles files, Redactor redactor)
    : TaskActivity<string, bool>
{
    public override async Task<bool> RunAsync(TaskActivityContext context, string run)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(run, cancellationToken);
        if (admitted.Fork is { } fork)
        {
            await ForkAsync(admitted, fork, cancellationToken);
            return true;
        }

        Workspace workspace = await layout.LayOutAsync(admitted, origin: null, cancellationToken);
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

    /// <summary>A workspace that is too large for snapshots is told when a call would have one.</summary>
    private async Task KeepFirstAsync(string run, Workspace workspace, CancellationToken cancellationToken)
    {
        try
        {
            Snapshot first = await snapshots.TakeAsync(workspace, cancellationToken);
            await files.KeepAsync(run, cancellationToken);
            await journal.SetFirstSnapshotAsync(run, first.Id, cancellationToken);
        }
        catch (SnapshotException)
        {
            // The run doesn't depend on it.
        }
    }

    /// <summary>A fork has its conversation already, and gets the files that belong to it.</summary>
    private async Task ForkAsync(AdmittedTask admitted, ForkOf fork, CancellationToken cancellationToken)
    {
        string? snapshot = await journal.FindSnapshotAsync(admitted.RunId, fork.Turn, cancellationToken);
        await layout.LayOutAsync(admitted, snapshot, cancellationToken);
        await files.KeepAsync(admitted.RunId, cancellationToken);
        await transcripts.AppendAsync(
            admitted.RunId,
            TranscriptKey.ForkPrepared,
            [],
            new RunEvent(RunEventKind.Prepared, fork.Turn, $"workspace as behind turn {fork.Turn} of run {fork.RunId}; model {admitted.Model}: {admitted.ModelReason}"),
            cancellationToken);
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
