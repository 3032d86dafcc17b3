using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Failpoints;

namespace Orchestrator.Agent.Turns;

/// <summary>Which tool call is to run, and by what right.</summary>
/// <param name="Effect">The call, with its revision.</param>
/// <param name="Ruling">What it was judged as.</param>
/// <param name="ApprovalId">The approval it uses up; null where policy allows it.</param>
/// <param name="Followed">How long earlier steps have followed it.</param>
public sealed record RunToolInput(EffectId Effect, Ruling Ruling, string? ApprovalId, TimeSpan Followed = default)
{
    /// <summary>Dollars that its sub-agents may spend; null without a limit, or for a call that has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? LeftUsd { get; init; }
}

/// <summary>
/// Runs a tool call, or follows one that is under way. The journal is asked first: a call that ended is never run again, and
/// every repetition of this activity finds the same effect.
/// </summary>
public sealed class RunTool(
    ITaskStore tasks,
    IReplyStore replies,
    IEffectJournal journal,
    IApprovalStore approvals,
    CancelWatch cancel,
    ScopeFence fence,
    IWorkspaceSnapshots snapshots,
    Toolbox toolbox,
    Redactor redactor,
    DataFolder data,
    IOptions<FollowOptions> follow,
    TimeProvider time) : TaskActivity<RunToolInput, ToolStep>
{
    public override async Task<ToolStep> RunAsync(TaskActivityContext context, RunToolInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        long startedAt = time.GetTimestamp();
        EffectId effect = input.Effect;
        AdmittedTask task = await tasks.GetAsync(effect.Run, cancellationToken);
        CommittedReply reply = await replies.FindAsync(effect.Run, effect.Turn, cancellationToken)
            ?? throw new InvalidOperationException($"Turn {effect.Turn} of run {effect.Run} has no answer, so its calls can't run.");
        RequestedCall call = reply.Calls[effect.Call - 1];
        ITool tool = toolbox.Find(call.Tool)
            ?? throw new InvalidOperationException($"The tool {call.Tool} of effect {effect} is not installed in this worker.");

        var intent = new EffectRecord
        {
            Effect = effect,
            Tool = call.Tool,
            Class = tool.Definition.Effect,
            ArgumentsHash = EffectHash.Of(call.Tool, call.Arguments),
            ApprovalId = input.ApprovalId,
            Epoch = Tenure.Current?.Epoch ?? 0,
        };
        EffectRecord? known = await journal.FindAsync(effect, cancellationToken);
        if (known is not null && known.ArgumentsHash != intent.ArgumentsHash)
        {
            throw new InvalidOperationException($"Effect {effect} was dispatched with other arguments than before.");
        }

        if (known is { IsOver: true })
        {
            return Observed(known, await BeforeAsync(effect, cancellationToken));
        }

        if (known is null && await cancel.IsCanceledAsync(effect.Run, cancellationToken))
        {
            return new ToolStep(ToolStepState.Canceled, TimeSpan.Zero);
        }

        if (known is null)
        {
            PolicyRuling ruling = new Policy(task.Task.Checkpoints.Tools).Judge(CallSubject.ToolOf(call.Tool, call.Arguments), CallSubject.Of(call.Tool, call.Arguments));
            if (!await MayStartAsync(ruling, input, call, intent, cancellationToken))
            {
                return new ToolStep(ToolStepState.Superseded, TimeSpan.Zero, ruling);
            }
        }

        Failpoint.Hit("agent.tool.begun");
        ToolInvocation invocation = InvocationOf(input, task.Task, call);
        ToolOutcome outcome = HostLoss.OutcomeOf(intent, known, Tenure.Current) ?? await cancel.FollowAsync(
            effect.Run, invocation.EffectFolder, token => tool.RunAsync(invocation, token), cancellationToken);
        TimeSpan elapsed = time.GetElapsedTime(startedAt);
        if (outcome is ToolOutcome.Running)
        {
            return new ToolStep(ToolStepState.Running, elapsed);
        }

        Failpoint.Hit("agent.tool.ended");
        IReadOnlyList<string?> before = await BeforeAsync(effect, cancellationToken);
        EffectRecord end = await FinishAsync(task, intent, call, redactor.Redact(outcome), before, input.Followed + elapsed, cancellationToken);
        Failpoint.Hit("agent.tool.committed");
        return Observed(end, before);
    }

    private Task<IReadOnlyList<string?>> BeforeAsync(EffectId effect, CancellationToken cancellationToken) =>
        journal.ListSignaturesAsync(effect, Repetition.Horizon, cancellationToken);

    private static ToolStep Observed(EffectRecord end, IReadOnlyList<string?> before) => new(ToolStepState.Observed, end.Elapsed)
    {
        IsStuck = end.Signature is { } signature && Repetition.IsStuck(Repetition.RoundsOf([.. before, signature])),
    };

    /// <summary>Compares what the newest policy says with what the call was judged as, binds the approval to it and records the intent.</summary>
    private async Task<bool> MayStartAsync(
        PolicyRuling ruling, RunToolInput input, RequestedCall call, EffectRecord intent, CancellationToken cancellationToken)
    {
        if (ruling.IsStricterThan(input.Ruling))
        {
            return false;
        }

        if (input.ApprovalId is { } approvalId)
        {
            Approval? approval = await approvals.FindAsync(approvalId, cancellationToken);
            if (approval?.Digest != CallDigest.Of(input.Effect, call, ruling.PolicyVersion))
            {
                return false;
            }
        }

        var started = new RunEvent(
            RunEventKind.ToolStarted, input.Effect.Turn, $"{call.Tool}: {CallSubject.Of(call.Tool, call.Arguments)}")
        {
            Effect = input.Effect.Folder,
        };
        return await journal.BeginAsync(intent, started, cancellationToken);
    }

    private ToolInvocation InvocationOf(RunToolInput input, AgentTask task, RequestedCall call)
    {
        EffectId effect = input.Effect;
        string folder = data.EffectsOf(effect.Run);
        Directory.CreateDirectory(folder);
        return new ToolInvocation
        {
            Effect = effect,
            Arguments = call.Arguments,
            Workspace = WorkspaceTree.Of(data, effect.Run),
            Scope = new PathScope(task.AllowedPaths, task.ProtectedPaths),
            EffectFolder = Path.Combine(folder, effect.Folder),
            LeftUsd = input.LeftUsd,
            FollowFor = follow.Value.Slice,
        };
    }

    /// <param name="before">The signatures of the calls before it.</param>
    /// <param name="followed">How long this step and those before it took; the command may have run longer, while no worker followed it.</param>
    private async Task<EffectRecord> FinishAsync(
        AdmittedTask task,
        EffectRecord intent,
        RequestedCall call,
        ToolOutcome outcome,
        IReadOnlyList<string?> before,
        TimeSpan followed,
        CancellationToken cancellationToken)
    {
        (EffectRecord end, string observation, ToolResult? result) = outcome switch
        {
            ToolOutcome.Finished finished => (
                intent with { State = EffectState.Finished, ExitCode = finished.Result.ExitCode, End = finished.Result.End },
                Observation.Of(finished.Result),
                finished.Result),
            ToolOutcome.Interrupted interrupted => (
                intent with { State = EffectState.Interrupted, End = interrupted.Result.End },
                Observation.OfInterrupted(interrupted.Result, interrupted.Reason),
                (ToolResult?)interrupted.Result),
            ToolOutcome.HostLost lost => (
                intent with { State = EffectState.Interrupted, End = EndReason.HostLost },
                Observation.OfHostLost(lost.Restored),
                null),
            ToolOutcome.NeverStarted never => (
                intent with { State = EffectState.NeverStarted },
                Observation.OfNeverStarted(never.Reason),
                null),
            _ => throw new InvalidOperationException($"Effect {intent.Effect} has not ended."),
        };

        // A command's own clock knows best: whoever follows it may have come late, or look late.
        end = end with
        {
            Elapsed = result?.Elapsed > TimeSpan.Zero ? result.Elapsed : followed,
            File = result?.File,
        };
        if (outcome is ToolOutcome.Finished { Result: { } finishedResult })
        {
            observation += await fence.PutBackAsync(task, end, cancellationToken);
            var notes = ResultNotes.Of(end, finishedResult, before, WorkspaceTree.Of(data, intent.Effect.Run));
            end = end with { Signature = notes.Signature };
            observation += notes.Text;
        }

        (string? snapshot, string lacking) = await KeepFilesAsync(result, intent.Effect.Run, cancellationToken);
        end = end with { Snapshot = snapshot };
        return await journal.FinishAsync(
            end,
            result?.Output ?? ReadOnlyMemory<byte>.Empty,
            TranscriptEntry.Observation(intent.Effect.Turn, call.CallId, observation),
            new RunEvent(RunEventKind.ToolFinished, intent.Effect.Turn, Describe(call, end) + lacking) { Effect = intent.Effect.Folder },
            cancellationToken);
    }

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
        EffectState.Interrupted => $"{call.Tool} was interrupted; it is not run again",
        _ => $"{call.Tool} was never started",
    };
}
