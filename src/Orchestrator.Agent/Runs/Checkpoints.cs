using System.Text;
using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Verification;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs;

/// <summary>Which verified tree a person is to look at.</summary>
public sealed record OpenFinalApprovalInput(string ApprovalId, string RunId, int Turn, Verdict Verdict);

/// <summary>Puts the diff and its evidence before a person before it lands.</summary>
public sealed class OpenFinalApproval(ITaskStore tasks, IApprovalStore approvals, DataFolder data)
    : TaskActivity<OpenFinalApprovalInput, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, OpenFinalApprovalInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(input.RunId, cancellationToken);
        Workspace workspace = WorkspaceTree.At(data.WorkspaceOf(input.RunId));
        byte[] diff = await WorkspaceTree.DiffAsync(workspace, admitted.BaseCommit, input.Verdict.Tree, cancellationToken);
        Approval approval = await approvals.OpenAsync(
            new Approval
            {
                Id = input.ApprovalId,
                RunId = input.RunId,
                Kind = CheckpointKind.Final,
                Turn = input.Turn,
                Digest = EffectHash.Of(input.ApprovalId, admitted.BaseCommit, input.Verdict.Tree),
                Question = "Shall this diff land?",
                Subject = Encoding.UTF8.GetString(diff),
                Because = "verified: " + string.Join(", ", input.Verdict.Checks.Select(check => $"{check.Name} exit code {check.ExitCode}")),
            },
            cancellationToken);
        return approval.State;
    }
}

/// <summary>Which limit a person is asked to raise.</summary>
public sealed record OpenBudgetApprovalInput(string ApprovalId, string RunId, int Turn, Limit Limit, Budget Budget);

/// <summary>Asks a person to grant once more what the task granted of a spent limit.</summary>
public sealed class OpenBudgetApproval(IApprovalStore approvals) : TaskActivity<OpenBudgetApprovalInput, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, OpenBudgetApprovalInput input)
    {
        Budget raised = input.Budget.Raised(input.Limit);
        Approval approval = await approvals.OpenAsync(
            new Approval
            {
                Id = input.ApprovalId,
                RunId = input.RunId,
                Kind = CheckpointKind.Budget,
                Turn = input.Turn,
                Digest = EffectHash.Of(input.ApprovalId, input.Limit.ToString(), input.Budget.Describe(input.Limit)),
                Question = "A limit is reached. Shall the run go on?",
                Subject = $"{input.Budget.Describe(input.Limit)}; approving raises it: {raised.Describe(input.Limit)}. Denying ends the run with its patch.",
                Because = $"limit {input.Limit}",
            },
            CancellationToken.None);
        return approval.State;
    }
}

/// <summary>Which review sends the run back.</summary>
public sealed record TellReviewInput(string RunId, int Turn, string ApprovalId);

/// <summary>Puts a person's reason, word for word, into what the model reads next.</summary>
public sealed class TellReview(IApprovalStore approvals, ITranscriptStore transcripts) : TaskActivity<TellReviewInput, bool>
{
    public override async Task<bool> RunAsync(TaskActivityContext context, TellReviewInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        Approval? approval = await approvals.FindAsync(input.ApprovalId, cancellationToken);
        string reason = approval?.Reason ?? "(no reason was given)";
        await transcripts.AppendAsync(
            input.RunId,
            TranscriptKey.Review(input.ApprovalId),
            [TranscriptEntry.User(input.Turn, $"A reviewer looked at your diff and did not approve it. Their reason:\n\n{reason}\n\nMend it, then end your turn again.")],
            new RunEvent(RunEventKind.Rejected, input.Turn, $"the reviewer sent it back: {reason}"),
            cancellationToken);
        return true;
    }
}
