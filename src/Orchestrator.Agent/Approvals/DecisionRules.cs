using System.Text.Json;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Approvals;

/// <summary>What becomes of a decision, by what the approval is and who says it. Pure: the store applies it in one transaction.</summary>
public static class DecisionRules
{
    /// <summary>Characters of a reason, a comment or a question.</summary>
    public const int LongestText = 16_000;

    /// <summary>Characters of a plan that a person writes.</summary>
    public const int LongestPlan = 64_000;

    /// <summary>Comments that one approval may have.</summary>
    public const int MostComments = 200;

    private const string CommentRefusal = "Only those who may decide it, and who asked for the run, may say something about it.";

    /// <param name="approval">The approval with its votes; null if there is none.</param>
    /// <param name="decision">What is said, and by whom.</param>
    /// <param name="now">When it is said.</param>
    public static DecisionStep Judge(Approval? approval, Decision decision, DateTimeOffset now)
    {
        if (approval is null || (!decision.By.HasEveryRole && TenantOf(approval.Tenant) != TenantOf(decision.By.Tenant)))
        {
            return Refused(new DecisionOutcome.Unknown());
        }

        if (approval.Digest != decision.Digest)
        {
            return Refused(new DecisionOutcome.DigestDiffers());
        }

        Vote? before = approval.Votes.FirstOrDefault(vote => vote.Subject == decision.By.Subject);
        if (before is not null && Repeats(before, decision.Answer, approval))
        {
            return Refused(approval.State == ApprovalState.Open ? Waiting(approval, approval.Votes) : new DecisionOutcome.Recorded(before.Says));
        }

        if (!approval.IsOpenAt(now))
        {
            return Refused(new DecisionOutcome.Closed(approval.State == ApprovalState.Open ? ApprovalState.Expired : approval.State, approval.DecidedBy));
        }

        if (FaultOf(approval, decision.Answer) is { } fault)
        {
            return Refused(new DecisionOutcome.NotApplicable(fault));
        }

        if (decision.Answer is Answer.Ask)
        {
            return MayComment(approval, decision.By, now)
                ? new DecisionStep(new DecisionOutcome.Commented(), null, null)
                : Refused(new DecisionOutcome.NotPermitted(CommentRefusal));
        }

        DecisionRight right = DecisionRight.Of(approval, decision.By, decision.Answer.Says, now);
        return right.Refusal is { } refusal
            ? Refused(new DecisionOutcome.NotPermitted(refusal))
            : Counted(approval, decision, right.OnBehalfOf, now);
    }

    /// <summary>Why a person may not say something of an approval, in a sentence for them; null if they may. What a page asks before it offers the answer.</summary>
    public static string? RefusalOf(Approval approval, Decider by, ApprovalState says, DateTimeOffset now) => says == ApprovalState.Open
        ? MayComment(approval, by, now) ? null : CommentRefusal
        : DecisionRight.Of(approval, by, says, now).Refusal;

    /// <summary>What an older build stored knows one tenant alone.</summary>
    private static string TenantOf(string? tenant) => tenant ?? AdmittedTask.LocalTenant;

    private static DecisionStep Counted(Approval approval, Decision decision, string? onBehalfOf, DateTimeOffset now)
    {
        ApprovalState says = decision.Answer.Says;
        var vote = new Vote(decision.By.Subject, decision.By.Name, says, decision.Answer.Why, onBehalfOf, now);
        Vote[] votes = [.. approval.Votes.Where(other => other.Subject != vote.Subject), vote];
        return says == ApprovalState.Approved && Approving(votes) < approval.Terms.Needed
            ? new DecisionStep(Waiting(approval, votes), vote, null)
            : new DecisionStep(new DecisionOutcome.Recorded(says), vote, says);
    }

    /// <summary>Whoever was cut off before they were answered says it again, and is answered as they would have been.</summary>
    private static bool Repeats(Vote before, Answer answer, Approval approval) => before.Says == answer.Says && before.Reason == answer.Why
        && (answer is not Answer.Edit edit || edit.Arguments == approval.EditedArguments)
        && (approval.State == ApprovalState.Open || approval.State == before.Says || (before.Says, approval.State) == (ApprovalState.Approved, ApprovalState.Superseded));

    private static bool MayComment(Approval approval, Decider by, DateTimeOffset now) =>
        by.Is(approval.Requester) || by.Is(approval.Author) || DecisionRight.Of(approval, by, ApprovalState.Denied, now).Refusal is null;

    private static string? FaultOf(Approval approval, Answer answer) => answer switch
    {
        { Why.Length: > LongestText } or Answer.Ask { Text.Length: > LongestText } => $"A reason has at most {LongestText:N0} characters.",
        Answer.Approve { Always: { } } when approval.Call is null => "Only calls can be allowed for later.",
        Answer.Approve { Always: { } always } => always.FaultFor(approval.Call!.Tool, approval.Call.Class, approval.Call.Line, approval.Terms)
            ?? (always.Scope == AlwaysScope.Tenant && approval.Tenant is null ? "There are no tenants here; allow it for the run or the requester." : null),
        Answer.Ask { Text: var text } when string.IsNullOrWhiteSpace(text) => "Say something.",
        Answer.Ask when approval.Comments.Count >= MostComments => $"It has {MostComments} comments already; decide it.",
        Answer.RequestChanges { Reason: var reason, Comments.Count: 0 } when string.IsNullOrWhiteSpace(reason) => "Say what is to be changed.",
        Answer.RequestChanges when approval.Kind is CheckpointKind.Budget or CheckpointKind.Compaction or CheckpointKind.Stuck =>
            "It can be approved or denied; there is nothing to change.",
        Answer.RequestChanges { Comments: { Count: > 0 } comments } => FaultOf(approval, comments),
        Answer.Edit edit => FaultOf(approval, edit.Arguments),
        _ => null,
    };

    private static string? FaultOf(Approval approval, string edited) => approval switch
    {
        { Call: { } call } => edited == call.Arguments ? "Nothing was edited; approve it as it is." : FaultOf(edited),
        { Kind: CheckpointKind.Plan } => string.IsNullOrWhiteSpace(edited) ? "The edited plan is empty; deny it instead."
            : edited.Length > LongestPlan ? $"An edited plan has at most {LongestPlan:N0} characters."
            : edited.Trim() == approval.Subject.Trim() ? "Nothing was edited; approve it as it is."
            : null,
        { Kind: CheckpointKind.Final } => DroppedParts.TryRead(edited) is { } parts
            ? parts.FaultOf(approval.Subject)
            : """Of a diff, say what is left out: {"drop":[{"file":"a.txt"},{"file":"b.txt","line":10}]}.""",
        _ => "It can be approved or denied; there is nothing to edit.",
    };

    private static string? FaultOf(Approval approval, IReadOnlyList<ReviewComment> comments) =>
        approval.Kind != CheckpointKind.Final ? "Comments on files are for a diff."
        : comments.Count > MostComments ? $"A review has at most {MostComments} comments."
        : comments.FirstOrDefault(comment => !DiffHunks.FilesOf(approval.Subject).Contains(comment.File)) is { } lost ? $"The diff does not change '{lost.File}'."
        : comments.Any(comment => string.IsNullOrWhiteSpace(comment.Text)) ? "Say of each file what is to be changed."
        : null;

    private static string? FaultOf(string arguments)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(arguments);
            return document.RootElement.ValueKind == JsonValueKind.Object ? null : "The edited arguments must be a JSON object, as those of the call are.";
        }
        catch (JsonException failure)
        {
            return $"The edited arguments are no JSON: {failure.Message}";
        }
    }

    private static int Approving(IEnumerable<Vote> votes) => votes.Count(vote => vote.Says == ApprovalState.Approved);

    private static DecisionOutcome.VoteRecorded Waiting(Approval approval, IEnumerable<Vote> votes) =>
        new(Approving(votes), approval.Terms.Needed);

    private static DecisionStep Refused(DecisionOutcome outcome) => new(outcome, null, null);
}

/// <summary>What a decision comes to.</summary>
/// <param name="Outcome">What the person is answered.</param>
/// <param name="Vote">The vote that counts; null if none does.</param>
/// <param name="Closes">What the approval becomes; null if it stays as it is.</param>
public sealed record DecisionStep(DecisionOutcome Outcome, Vote? Vote, ApprovalState? Closes);
