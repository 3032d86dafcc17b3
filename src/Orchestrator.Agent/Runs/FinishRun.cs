using System.Text;
using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Files;

namespace Orchestrator.Agent.Runs;

/// <summary>Writes a run's patch and report and keeps its result. Every end has one, failures too.</summary>
public sealed class FinishRun(
    ITaskStore tasks,
    IRunStore runs,
    IReplyStore replies,
    IApprovalStore approvals,
    ICompactionStore compactions,
    ITranscriptStore transcripts,
    ICommandRunner commands,
    PatchFile patches,
    IRunFiles files,
    DataFolder data) : TaskActivity<RunState, RunStatus>
{
    public override async Task<RunStatus> RunAsync(TaskActivityContext context, RunState run)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(run.RunId, cancellationToken);
        RunSummary counted = await runs.FindAsync(run.RunId, cancellationToken)
            ?? throw new InvalidOperationException($"Run {run.RunId} is not stored.");
        bool canGoOn = admitted.Parent is null;   // a sub-agent's end is told to the run that it works for
        RunResult result = RunResult.Of(run, counted, admitted.Estimate, canGoOn);

        // A run that failed may have left a command behind; nothing may change the files while they are handed over, or later.
        await commands.EndAllAsync(data.EffectsOf(run.RunId), cancellationToken);
        try
        {
            result = result with { Patch = run.IsPrepared ? await WritePatchAsync(admitted, run, cancellationToken) : null };
        }
        catch (Exception failure) when (failure is GitException or LandingException or IOException or UnauthorizedAccessException)
        {
            if (result.Status == RunStatus.Accepted)
            {
                throw new PatchException($"The verified patch could not be written: {failure.Message}", failure);
            }

            // What ended the run may have left files that git can't read; the end is told all the same.
            result = result with { Reason = $"{result.Reason} There is no patch: {failure.Message}".TrimStart() };
        }

        string report = data.ReportOf(run.RunId);
        DurableFile.CreateFolder(data.ResultsOf(run.RunId));
        IReadOnlyList<Approval> decided = await approvals.ListDecidedAsync(run.RunId, cancellationToken);
        IReadOnlyList<StoredRunEvent> happened = await runs.ReadEventsAsync(run.RunId, 0, cancellationToken);
        IReadOnlyList<Compaction> compacted = await compactions.ListAsync(run.RunId, cancellationToken);
        IReadOnlyList<RunSummary> agents = await runs.ListSubAgentsAsync(run.RunId, effect: null, cancellationToken);
        IReadOnlyList<CommittedReply> answers = await replies.ListAsync(run.RunId, cancellationToken);
        CostBreakdown cost = CostBreakdown.Of(answers, compacted, counted.Lost, agents);
        IReadOnlyList<ReportScreen> screens = admitted.Task.Computer is null
            ? []
            : ReportScreens.Write(await transcripts.ReadAsync(run.RunId, cancellationToken), answers, data.ResultsOf(run.RunId));
        DurableFile.Write(report, Encoding.UTF8.GetBytes(Report.Of(admitted, result, decided, happened, compacted, agents, cost, screens)));
        await files.KeepAsync(run.RunId, cancellationToken);
        RunResult? kept = await runs.FinishAsync(
            run.RunId,
            run.Reopenings,
            result with { Report = report },
            canGoOn ? run.Reopened() : null,
            new RunEvent(RunEventKind.Finished, run.Turns, result.Reason is null ? result.Status.InWords() : $"{result.Status.InWords()}: {result.Reason}"),
            cancellationToken);
        return kept?.Status ?? result.Status;
    }

    /// <summary>
    /// An accepted run lands the very tree that was verified, and so does one about which nobody decided or that could not be pushed, whatever was left out
    /// of it; any other hands over the files as they are.
    /// </summary>
    private async Task<string> WritePatchAsync(AdmittedTask admitted, RunState run, CancellationToken cancellationToken)
    {
        Verdict? accepted = run.End == RunStatus.Accepted ? run.Verdict : null;
        string? verified = run is { End: RunStatus.Accepted or RunStatus.Rejected or RunStatus.Failed, Verdict: { Accepted: true } standing } ? standing.Tree : null;
        string tree = verified
            ?? await WorkspaceTree.WriteTreeAsync(WorkspaceTree.Of(data, run.RunId), admitted.BaseCommit, cancellationToken);
        return await patches.WriteAsync(admitted, tree, accepted, cancellationToken);
    }
}
