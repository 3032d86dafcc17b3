using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Turns;

/// <summary>Commits how a tool call ended: its record, what the model is told of it, and what the files are behind it. The first end wins.</summary>
public sealed class CallEnd(IEffectJournal journal, ScopeFence fence, IWorkspaceSnapshots snapshots, IRunFiles files, AskedCalls calls, DataFolder data)
{
    /// <summary>What history keeps of an end that is in the journal.</summary>
    internal async Task<ToolStep> ObservedAsync(EffectRecord end, CancellationToken cancellationToken) => Observed(end, await BeforeAsync(end.Effect, cancellationToken));

    /// <param name="task">The run's task.</param>
    /// <param name="intent">What the journal has of the call.</param>
    /// <param name="call">What the model asked for.</param>
    /// <param name="outcome">How it ended, without secrets.</param>
    /// <param name="followed">How long it was followed; the command may have run longer, while no worker followed it.</param>
    /// <param name="edit">The approval in which a person edited it; null if nobody did.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<ToolStep> CommitAsync(
        AdmittedTask task, EffectRecord intent, RequestedCall call, ToolOutcome outcome, TimeSpan followed, string? edit, CancellationToken cancellationToken)
    {
        IReadOnlyList<string?> before = await BeforeAsync(intent.Effect, cancellationToken);
        (EffectRecord end, string observation, ToolResult? result) = Read(intent, outcome);

        // A command's own clock knows best: whoever follows it may have come late, or look late.
        end = end with
        {
            Elapsed = result?.Elapsed > TimeSpan.Zero ? result.Elapsed : followed,
            File = result?.File,
        };

        // Before the files are kept: what a call may not change must not become what later ones are put back to, however it ended.
        observation += result is { MayHaveChangedFiles: true } ? await fence.PutBackAsync(task, end, cancellationToken) : string.Empty;
        if (outcome is ToolOutcome.Finished { Result: { } finished })
        {
            var notes = ResultNotes.Of(end, finished, before, WorkspaceTree.Of(data, intent.Effect.Run));
            end = end with { Signature = notes.Signature };
            observation += notes.Text;
        }

        observation += edit is null ? string.Empty : Observation.NoteOfEdit(call.Arguments, (await calls.EditOfAsync(edit, cancellationToken)).Reason);
        (string? snapshot, string lacking) = await KeepFilesAsync(result, intent.Effect.Run, cancellationToken);
        EffectRecord kept = await journal.FinishAsync(
            end with { Snapshot = snapshot },
            result?.Output ?? ReadOnlyMemory<byte>.Empty,
            [
                TranscriptEntry.Observation(intent.Effect.Turn, call.CallId, observation),
                .. result?.Screenshot is { } png ? [TranscriptEntry.Screenshot(intent.Effect.Turn, call.CallId, png)] : Array.Empty<TranscriptEntry>(),
            ],
            new RunEvent(RunEventKind.ToolFinished, intent.Effect.Turn, Describe(call, end) + lacking)
            {
                Effect = intent.Effect.Folder,
                Details = result?.Network is { } use ? $"network: {use.InWords}" : null,
            },
            cancellationToken);
        return Observed(kept, before);
    }

    private static (EffectRecord End, string Observation, ToolResult? Result) Read(EffectRecord intent, ToolOutcome outcome) => outcome switch
    {
        ToolOutcome.Finished finished => (
            intent with { State = EffectState.Finished, ExitCode = finished.Result.ExitCode, End = finished.Result.End },
            Observation.Of(finished.Result),
            finished.Result),
        ToolOutcome.Interrupted interrupted => (
            intent with { State = EffectState.Interrupted, End = interrupted.Result.End },
            intent.Class is EffectClass.Egress or EffectClass.External
                ? Observation.OfUnknown(intent.Class, interrupted.Result, interrupted.Reason)
                : Observation.OfInterrupted(interrupted.Result, interrupted.Reason),
            interrupted.Result),
        ToolOutcome.HostLost lost => (
            intent with { State = EffectState.Interrupted, End = EndReason.HostLost }, Observation.OfHostLost(intent.Class, lost.Restored), null),
        ToolOutcome.NeverStarted never => (intent with { State = EffectState.NeverStarted }, Observation.OfNeverStarted(never.Reason), null),
        _ => throw new InvalidOperationException($"Effect {intent.Effect} has not ended."),
    };

    private Task<IReadOnlyList<string?>> BeforeAsync(EffectId effect, CancellationToken cancellationToken) =>
        journal.ListSignaturesAsync(effect, Repetition.Horizon, cancellationToken);

    private static ToolStep Observed(EffectRecord end, IReadOnlyList<string?> before) => new(ToolStepState.Observed, end.Elapsed)
    {
        IsStuck = end.Signature is { } signature && Repetition.IsStuck(Repetition.RoundsOf([.. before, signature])),
    };

    /// <summary>Keeps what the files are behind the call. That they can't be kept is said, and is no failure of the call.</summary>
    /// <returns>The snapshot, as the journal has it, and what the timeline says if there is none.</returns>
    private async Task<(string? Snapshot, string Lacking)> KeepFilesAsync(ToolResult? result, string run, CancellationToken cancellationToken)
    {
        if (result is not { MayHaveChangedFiles: true })
        {
            return (null, string.Empty);
        }

        try
        {
            Snapshot taken = await snapshots.TakeAsync(WorkspaceTree.Of(data, run), cancellationToken);
            await files.KeepAsync(run, cancellationToken);
            return (taken.Id, string.Empty);
        }
        catch (SnapshotException failure)
        {
            return (string.Empty, $"; no snapshot of the files: {failure.Message}");
        }
    }

    private static string Describe(RequestedCall call, EffectRecord end) => end.State switch
    {
        EffectState.Finished => $"{call.Tool} ended with exit code {end.ExitCode} after {end.Elapsed.TotalSeconds:0.0} s",
        EffectState.Interrupted when end.End == EndReason.HostLost => $"{call.Tool} was lost with its host; it is not run again",
        EffectState.Interrupted when end.Class == EffectClass.External => $"{call.Tool} was interrupted; it could reach a remote system, and is not run again",
        EffectState.Interrupted when end.Class == EffectClass.Egress => $"{call.Tool} was interrupted; it could reach the network, and is not run again",
        EffectState.Interrupted => $"{call.Tool} was interrupted; it is not run again",
        _ => $"{call.Tool} was never started",
    };
}
