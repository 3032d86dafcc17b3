using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Runs.Reviews;

/// <summary>Which review sends the run back.</summary>
public sealed record TellReviewInput(string RunId, int Turn, string ApprovalId)
{
    /// <summary>Why it does not land without the parts that the reviewer has left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ReviewObstacle Obstacle { get; init; }
}

/// <summary>Puts a person's reason, word for word, into what the model reads next.</summary>
public sealed class TellReview(IApprovalStore approvals, ITranscriptStore transcripts) : TaskActivity<TellReviewInput, bool>
{
    public override async Task<bool> RunAsync(TaskActivityContext context, TellReviewInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        Approval? approval = await approvals.FindAsync(input.ApprovalId, cancellationToken);
        bool isEdited = approval?.State == ApprovalState.Edited;
        IReadOnlyList<string> leftOut = await LeftOut.ReadAsync(approvals, isEdited ? approval!.Id : approval?.Replaces, cancellationToken);
        string reason = string.Join('\n', [approval?.Reason ?? (isEdited ? string.Empty : "(no reason was given)"), .. (approval?.Review ?? []).Select(InWords)]).Trim('\n');
        string text = isEdited ? WithoutParts(leftOut, reason, input.Obstacle) : Whole(approval, leftOut, reason);
        string told = isEdited ? $"the reviewer left out {string.Join("; ", leftOut)}; {InWords(input.Obstacle)}" : $"the reviewer sent it back: {reason}";
        await transcripts.AppendAsync(
            input.RunId,
            TranscriptKey.Review(input.ApprovalId),
            [TranscriptEntry.User(input.Turn, text)],
            new RunEvent(RunEventKind.Rejected, input.Turn, told),
            cancellationToken);
        return true;
    }

    private static string Whole(Approval? approval, IReadOnlyList<string> leftOut, string reason)
    {
        string said = approval?.State == ApprovalState.ChangesRequested ? "asks for changes. What they say" : "did not approve it. Their reason";
        string before = leftOut.Count == 0 ? string.Empty : $"Reviewers left these parts out of your diff:\n\n{ListOf(leftOut)}\n\nYour files still have them: take them out. ";
        return $"{before}A reviewer looked at {(leftOut.Count == 0 ? "your diff" : "the rest")} and {said}:\n\n{reason}\n\nMend it, then end your turn again.";
    }

    private static string WithoutParts(IReadOnlyList<string> leftOut, string reason, ReviewObstacle obstacle)
    {
        string words = reason.Length == 0 ? string.Empty : $"They say:\n\n{reason}\n\n";
        return $"A reviewer approves your diff without these parts only:\n\n{ListOf(leftOut)}\n\n{words}But {InWords(obstacle)}. "
            + "Your files still have these parts: take them out, make the rest right without them, then end your turn again.";
    }

    private static string InWords(ReviewObstacle obstacle) => obstacle switch
    {
        ReviewObstacle.RestFails => "the rest fails the success criteria",
        ReviewObstacle.CannotBeParted => "they can't be taken out of it by themselves",
        ReviewObstacle.None => "it does not land like this",
    };

    private static string ListOf(IReadOnlyList<string> parts) => string.Join('\n', parts.Select(part => $"- {part}"));

    /// <summary>A comment as a compiler would give it, so that the model finds the place.</summary>
    private static string InWords(ReviewComment comment) => $"- {comment.File}{(comment.Line is { } line ? $":{line}" : string.Empty)}: {comment.Text}";
}
