using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Runs;

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
