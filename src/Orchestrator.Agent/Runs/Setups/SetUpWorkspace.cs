using Microsoft.DurableTask;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Setups;

/// <summary>
/// Lays out a run's workspace and has the task's setup commands work on it, before anybody else does. Each runs once; where nobody can
/// tell whether one finished, all of them begin again on a workspace that is laid out anew. It stands under its name only when all is done.
/// </summary>
public sealed class SetUpWorkspace(
    ITaskStore tasks,
    ITranscriptStore transcripts,
    ICommandRunner commands,
    IWorkspaceSnapshots snapshots,
    WorkspaceLayout layout,
    CancelWatch cancel,
    EgressPolicy egress,
    Redactor redactor,
    DataFolder data,
    IOptions<SetupOptions> options,
    IOptions<FollowOptions> follow) : TaskActivity<string, SetupStep>
{
    /// <summary>How often the commands begin on a new workspace before the setup is given up.</summary>
    private const int AttemptLimit = 3;

    private const int PathsShown = 10;

    public override async Task<SetupStep> RunAsync(TaskActivityContext context, string run)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(run, cancellationToken);
        if (SetupRecord.Find(WorkspaceTree.Of(data, run)) is { } known)
        {
            // Whoever recorded it may have been lost before the workspace stood, or with it.
            await layout.LayOutAsync(admitted, origin: null, cancellationToken);
            return new SetupStep(SetupState.Done, known.Elapsed);
        }

        SetupStep? lost = null;
        for (int attempt = 0; attempt < AttemptLimit; attempt++)
        {
            Workspace workspace = await LayOutAsync(admitted, attempt, cancellationToken);
            (SetupStep step, bool isLost) = await RunCommandsAsync(admitted, workspace, attempt, cancellationToken);
            if (!isLost)
            {
                return step.State == SetupState.Done ? await CompleteAsync(admitted, workspace, step, cancellationToken) : step;
            }

            lost = step;
        }

        return lost!;
    }

    /// <summary>Where an attempt works; what other hosts share is the run's own from the beginning.</summary>
    private Workspace WorkspaceOf(string run, int attempt) =>
        WorkspaceTree.At($"{data.WorkspaceOf(run)}.setup-{attempt}") with { Git = data.GitOf(run), Snapshots = data.SnapshotsOf(run) };

    private async Task<Workspace> LayOutAsync(AdmittedTask admitted, int attempt, CancellationToken cancellationToken)
    {
        Workspace workspace = WorkspaceOf(admitted.RunId, attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(data.WorkspaceOf(admitted.RunId))!);
        await WorkspaceTree.PrepareAsync(
            workspace,
            admitted.Task.Workspace.Source,
            admitted.BaseCommit,
            made =>
            {
                PackageCaches.Place(made, options.Value.KeepCaches ? data.Caches : null);
                return Task.CompletedTask;
            },
            cancellationToken);
        return workspace;
    }

    /// <returns>How it stands, and whether a command's end is lost, so that all are to begin again.</returns>
    private async Task<(SetupStep Step, bool IsLost)> RunCommandsAsync(
        AdmittedTask admitted, Workspace workspace, int attempt, CancellationToken cancellationToken)
    {
        string effects = data.EffectsOf(admitted.RunId);
        Directory.CreateDirectory(effects);
        TimeSpan elapsed = TimeSpan.Zero;
        foreach ((string script, int place) in admitted.Task.Setup.Select((script, index) => (script, index + 1)))
        {
            string name = $"setup-{attempt}-{place:D3}";
            if (await cancel.IsCanceledAsync(admitted.RunId, cancellationToken))
            {
                return (new SetupStep(SetupState.Canceled, elapsed), false);
            }

            await TellAsync(admitted.RunId, name, isOver: false, RunEventKind.SetupStarted, script, null, cancellationToken);
            var command = new SandboxedCommand
            {
                Folder = Path.Combine(effects, name),
                Script = script,
                Workspace = workspace,
                Timeout = options.Value.Timeout,
                FollowFor = follow.Value.Slice,
                IsSetup = true,
                Egress = egress.All,
            };
            ToolOutcome outcome = await cancel.FollowAsync(
                admitted.RunId, command.Folder, token => commands.RunAsync(command, token), cancellationToken);
            if (outcome is ToolOutcome.Running)
            {
                return (new SetupStep(SetupState.Running, elapsed), false);
            }

            var end = SetupEnd.Of(script, redactor.Redact(outcome), hasNetwork: egress.All.Count > 0);
            elapsed += end.Elapsed;
            await TellAsync(admitted.RunId, name, isOver: true, RunEventKind.SetupEnded, end.Words, end.Details, cancellationToken);
            if (end.State != SetupState.Done)
            {
                return (new SetupStep(end.State, elapsed, end.Failure), end.IsLost);
            }
        }

        return (new SetupStep(SetupState.Done, elapsed), false);
    }

    /// <summary>Gives the workspace its name, with a record of what the setup made: what verifications take it from.</summary>
    private async Task<SetupStep> CompleteAsync(AdmittedTask admitted, Workspace workspace, SetupStep done, CancellationToken cancellationToken)
    {
        Workspace standing = WorkspaceTree.Of(data, admitted.RunId);
        string place = Path.GetDirectoryName(standing.Tree)!;
        if (Directory.Exists(place))
        {
            if (SetupRecord.Find(standing) is not null)
            {
                await DeleteAttemptsAsync(admitted.RunId, cancellationToken);
                return done;   // Another worker was faster, with the same.
            }

            // The record comes before the place: what stands there has no setup, and nobody has worked on it.
            await WorkspaceCopy.DeleteAsync(standing, cancellationToken);
        }

        string tree = await WorkspaceTree.WriteTreeAsync(workspace, admitted.BaseCommit, cancellationToken);
        IReadOnlyList<string> changed = await WorkspaceTree.ChangedPathsAsync(workspace, admitted.BaseCommit, tree, cancellationToken);
        if (changed.Count > 0)
        {
            string more = changed.Count > PathsShown ? $" and {changed.Count - PathsShown} more" : string.Empty;
            return done with
            {
                State = SetupState.Failed,
                Failure = $"The setup changed files that git doesn't ignore: {string.Join(", ", changed.Take(PathsShown))}{more}. "
                    + "Have it make ignored files only (name them in .gitignore), or commit what it makes.",
            };
        }

        try
        {
            Snapshot made = await snapshots.TakeAsync(workspace, cancellationToken);
            new SetupRecord(made.Id, admitted.BaseCommit, done.Elapsed).Write(workspace);
        }
        catch (SnapshotException failure)
        {
            return done with { State = SetupState.Failed, Failure = $"What the setup made can't be kept for the verification: {failure.Message}" };
        }

        string folder = Path.GetDirectoryName(workspace.Tree)!;
        try
        {
            Directory.Move(folder, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            // Another worker was faster, with the same.
        }

        await DeleteAttemptsAsync(admitted.RunId, cancellationToken);
        return done;
    }

    private async Task DeleteAttemptsAsync(string run, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < AttemptLimit; attempt++)
        {
            await WorkspaceCopy.DeleteAsync(WorkspaceOf(run, attempt), cancellationToken);
        }
    }

    private Task TellAsync(
        string run, string folder, bool isOver, RunEventKind kind, string text, string? details, CancellationToken cancellationToken) =>
        transcripts.AppendAsync(
            run, TranscriptKey.Setup(folder, isOver), [], new RunEvent(kind, 0, text) { Effect = folder, Details = details }, cancellationToken);
}
