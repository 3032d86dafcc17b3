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
        string reason = string.Join('\n', [approval?.Reason ?? "(no reason was given)", .. (approval?.Review ?? []).Select(InWords)]).TrimStart('\n');
        string said = approval?.State == ApprovalState.ChangesRequested ? "asks for changes. What they say" : "did not approve it. Their reason";
        await transcripts.AppendAsync(
            input.RunId,
            TranscriptKey.Review(input.ApprovalId),
            [TranscriptEntry.User(input.Turn, $"A reviewer looked at your diff and {said}:\n\n{reason}\n\nMend it, then end your turn again.")],
            new RunEvent(RunEventKind.Rejected, input.Turn, $"the reviewer sent it back: {reason}"),
            cancellationToken);
        return true;
    }

    /// <summary>A comment as a compiler would give it, so that the model finds the place.</summary>
    private static string InWords(ReviewComment comment) => $"- {comment.File}{(comment.Line is { } line ? $":{line}" : string.Empty)}: {comment.Text}";
}
