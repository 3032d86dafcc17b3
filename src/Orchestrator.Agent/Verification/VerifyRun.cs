using System.Text;
using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Verification;

/// <summary>Which submission is to be verified.</summary>
public sealed record VerifyRunInput(string RunId, int Turn)
{
    /// <summary>How often a person has left parts out of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Revision { get; init; }

    /// <summary>The git tree without those parts; null for the files as they stand.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tree { get; init; }

    /// <summary>What it is called by in its run.</summary>
    internal string Name => $"{Turn:D6}{(Revision == 0 ? string.Empty : $"r{Revision}")}";
}

/// <summary>
/// Runs every success criterion on a copy of the submitted files, in the sandbox, by itself: the agent's word counts for
/// nothing. A repeated activity finds the verdict, or the commands that have already ended.
/// </summary>
public sealed class VerifyRun(
    ITaskStore tasks,
    IVerdictStore verdicts,
    IPayloadStore payloads,
    ICommandRunner commands,
    CancelWatch cancel,
    IWorkspaceSnapshots snapshots,
    IRunFiles files,
    LandingDiff diffs,
    Redactor redactor,
    DataFolder data,
    IOptions<FollowOptions> follow,
    TimeProvider time) : TaskActivity<VerifyRunInput, Verdict?>
{
    private static readonly TimeSpan LongestCheck = TimeSpan.FromHours(1);

    /// <summary>How often a check is started anew whose supervisor was lost, or that a full disk ended: it works on a copy, so repeating it is harmless.</summary>
    private const int StartLimit = 3;

    /// <returns>Null while a command still runs.</returns>
    public override async Task<Verdict?> RunAsync(TaskActivityContext context, VerifyRunInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        long startedAt = time.GetTimestamp();
        if (await verdicts.FindAsync(input.RunId, input.Turn, cancellationToken) is { } known && known.Revision >= input.Revision)
        {
            return known;
        }

        AdmittedTask admitted = await tasks.GetAsync(input.RunId, cancellationToken);
        Workspace workspace = WorkspaceTree.Of(data, input.RunId);

        // What is submitted is what stands: nothing may go on writing to it.
        await commands.EndSessionsAsync(data.EffectsOf(input.RunId), cancellationToken);
        string tree = input.Tree ?? await WorkspaceTree.WriteTreeAsync(workspace, admitted.BaseCommit, cancellationToken);
        Submission submitted = await Submission.OfAsync(admitted, workspace, tree, diffs, redactor, cancellationToken);
        Workspace copy = await WorkspaceCopy.MakeAsync(workspace, tree, input.Name, snapshots, cancellationToken);
        var checks = new List<Check>();
        var failed = new List<FailedCheck>();
        TimeSpan ran = TimeSpan.Zero;
        foreach ((SuccessCriterion criterion, int place) in admitted.Task.Success.Select((criterion, index) => (criterion, index + 1)))
        {
            if (await cancel.IsCanceledAsync(input.RunId, cancellationToken))
            {
                return Verdict.OfCanceled(tree);
            }

            ToolOutcome outcome = await CheckAsync(input, place, criterion, workspace, copy, cancellationToken);
            if (outcome is ToolOutcome.Running)
            {
                return null;
            }

            (Check check, FailedCheck? failure) = await JudgeAsync(input.RunId, criterion, redactor.Redact(outcome), cancellationToken);
            checks.Add(failed.Count < Verdict.TailsShown ? check : check with { Tail = null });
            ran += outcome is ToolOutcome.Finished { Result.Elapsed: var took } ? took : TimeSpan.Zero;
            failed.AddRange(failure is null ? [] : [failure]);
        }

        if (await cancel.IsCanceledAsync(input.RunId, cancellationToken))
        {
            return Verdict.OfCanceled(tree);
        }

        // The commands may have ended in earlier activities, or under other processes.
        TimeSpan followed = time.GetElapsedTime(startedAt);
        var verdict = new Verdict
        {
            Accepted = failed.Count == 0 && submitted is { OutOfScope: [], TooLarge: null },
            Checks = checks,
            OutOfScope = [.. submitted.OutOfScope.Take(Verdict.PathsShown).Select(PathText.Shown)],
            OutOfScopeCount = submitted.OutOfScope.Count,
            Tree = tree,
            Secrets = submitted.Secrets,
            TooLarge = submitted.TooLarge,
            Revision = input.Revision,
            Elapsed = ran > followed ? ran : followed,
        };

        // The tree that it is about was written to the git folder.
        await files.KeepAsync(input.RunId, cancellationToken);
        await SaveAsync(input, verdict, failed, cancellationToken);
        await WorkspaceCopy.DeleteAsync(copy, cancellationToken);
        return verdict;
    }

    private async Task<ToolOutcome> CheckAsync(
        VerifyRunInput input, int place, SuccessCriterion criterion, Workspace workspace, Workspace copy, CancellationToken cancellationToken)
    {
        string effects = data.EffectsOf(input.RunId);
        Directory.CreateDirectory(effects);
        ToolOutcome outcome = new ToolOutcome.NeverStarted("not tried");
        for (int start = 0; start < StartLimit && SaysNothing(outcome); start++)
        {
            var command = new SandboxedCommand
            {
                Folder = Path.Combine(effects, $"{input.Turn:D6}-check-{place:D3}-{start}{(input.Revision == 0 ? string.Empty : $"r{input.Revision}")}"),
                Script = criterion.Run,
                Workspace = copy,
                Timeout = LongestCheck,
                FollowFor = follow.Value.Slice,
            };
            bool mayBeUnderWay = Directory.Exists(command.Folder);
            if (!mayBeUnderWay)
            {
                await WorkspaceCopy.RestoreAsync(workspace, copy, cancellationToken);
            }

            outcome = await cancel.FollowAsync(
                input.RunId, command.Folder, token => commands.RunAsync(command, token), cancellationToken);
            if (outcome is ToolOutcome.NeverStarted { Reason: ToolOutcome.NoSpace })
            {
                // Nobody has begun it, and the activity is repeated when others may have made room.
                Directory.Delete(command.Folder, recursive: true);
                throw new IOException($"The check {criterion.Name} could not be started: hardly any space is left on the disk of {copy.Tree}.");
            }
        }

        return outcome;
    }

    /// <summary>It says nothing of the files: a full disk may be another's doing.</summary>
    private static bool SaysNothing(ToolOutcome outcome) =>
        outcome is ToolOutcome.NeverStarted or ToolOutcome.Interrupted or ToolOutcome.Finished { Result.End: EndReason.DiskFull };

    private async Task<(Check Check, FailedCheck? Failure)> JudgeAsync(
        string run, SuccessCriterion criterion, ToolOutcome outcome, CancellationToken cancellationToken)
    {
        const int NotRun = 126;
        (int exitCode, string observation, ReadOnlyMemory<byte> output) = outcome switch
        {
            ToolOutcome.Finished { Result.End: EndReason.Exited } finished => (
                finished.Result.ExitCode, Observation.Of(finished.Result), finished.Result.Output),
            ToolOutcome.Finished finished => (
                finished.Result.ExitCode == 0 ? NotRun : finished.Result.ExitCode, Observation.Of(finished.Result), finished.Result.Output),
            ToolOutcome.Interrupted interrupted => (
                NotRun, Observation.OfInterrupted(interrupted.Result, interrupted.Reason), interrupted.Result.Output),
            ToolOutcome.NeverStarted never => (NotRun, Observation.OfNeverStarted(never.Reason), Encoding.UTF8.GetBytes(never.Reason)),
            _ => throw new InvalidOperationException($"The check {criterion.Name} has not ended."),
        };

        if (!output.IsEmpty)
        {
            await payloads.PutAsync(run, "check", output, cancellationToken);
        }

        if (exitCode == 0)
        {
            return (new Check(criterion.Name, exitCode), null);
        }

        // What did not end by itself is told why; what did has said it itself.
        string said = outcome is ToolOutcome.Finished { Result.End: EndReason.Exited } ? Encoding.UTF8.GetString(output.Span) : observation;
        return (
            new Check(criterion.Name, exitCode) { Tail = Findings.TailOf(said) },
            new FailedCheck(criterion.Name, criterion.Run, observation));
    }

    private Task SaveAsync(VerifyRunInput input, Verdict verdict, IReadOnlyList<FailedCheck> failed, CancellationToken cancellationToken) =>
        verdicts.SaveAsync(
            input.RunId,
            input.Turn,
            verdict,
            verdict.Accepted ? null : TranscriptEntry.User(input.Turn, Findings.Of(failed, verdict)),
            new RunEvent(verdict.Accepted ? RunEventKind.Verified : RunEventKind.Rejected, input.Turn, Findings.InShort(failed, verdict) + verdict.SecretsInWords)
            {
                Details = Findings.Tails(verdict),
            },
            cancellationToken);
}
