using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Dashboard.Deciding;

/// <summary>What happens on each answer, and while nobody answers, before anybody has to find out.</summary>
internal static class AnswerWords
{
    public static string OfApproval(Approval approval)
    {
        string then = approval.Kind switch
        {
            CheckpointKind.Tool => "this runs once, exactly as it is shown; if anything that it depends on changes before, you are asked again",
            CheckpointKind.Final => "exactly this diff is what the run hands over, and the run ends as accepted",
            CheckpointKind.Budget => "the limit is raised as it says above, and the run takes up the same step",
            CheckpointKind.Stuck => "the run goes on, and what you write as the reason is what the model reads next",
            CheckpointKind.Compaction => "the run goes on as it says above",
            CheckpointKind.Landing => "exactly this is done, and the run ends as accepted once it is",
            CheckpointKind.Plan => "the model reads that this plan is approved, and what you write as the reason, and may change files",
        };
        int missing = approval.Terms.Needed - approval.Votes.Count(vote => vote.Says == ApprovalState.Approved);
        return missing > 1 ? $"Your vote counts, and it takes {missing - 1} more. As soon as all have approved, {then}." : $"As soon as you approve, {then}.";
    }

    public static string OfDenial(Approval approval) => approval.Kind switch
    {
        CheckpointKind.Tool => "It is not run. The model reads your reason, word for word, and goes on without it.",
        CheckpointKind.Final => "Nothing lands. The model reads your reason, word for word, and works on.",
        CheckpointKind.Plan => "Nothing is changed. The model reads your reason, word for word, and makes another plan.",
        CheckpointKind.Landing => "Nothing is pushed. The run ends, and keeps the verified diff as its patch.",
        CheckpointKind.Budget or CheckpointKind.Stuck or CheckpointKind.Compaction => "The run ends, and keeps what it has changed so far as its patch.",
    } + (approval.Terms.Needed > 1 ? " One who denies suffices." : string.Empty);

    public static string OfEdit(Approval approval) => (approval.Kind, approval.Terms.Needed > 1 || approval.Terms.NotRequester) switch
    {
        (CheckpointKind.Final, true) => "The diff without what you leave out is verified anew. If it passes, a new question is opened about it, and you count as who asked for it; else the model reads what to take out.",
        (CheckpointKind.Final, false) => "The diff without what you leave out is verified anew. If it passes, it lands, by your word alone; else the model reads what to take out, and works on.",
        (CheckpointKind.Plan, true) => "A new question is opened with the plan that you wrote, and you count as who asked for it.",
        (CheckpointKind.Plan, false) => "What you wrote is the plan, by your word alone: the model reads it in place of its own, and begins.",
        (_, true) => "The call is not run as it is. A new question is opened with what you wrote, and you count as who asked for it.",
        (_, false) => "What you wrote runs in its place, and the model is told so: by your word alone, unless other people decide about such a call; then they are asked.",
    };

    public static string OfChanges(Approval approval) => approval.Kind switch
    {
        CheckpointKind.Final => "Nothing lands. The model reads what you want changed where, and works on; the next diff is asked about again.",
        CheckpointKind.Plan => "Nothing is changed yet. The model reads what you want, and makes another plan, which is asked about again.",
        CheckpointKind.Landing => "Nothing is pushed. The model reads what you want changed, and works on; the next diff is verified and asked about again.",
        _ => "It is not run. The model reads what you want instead, and goes on.",
    };

    public static string OfComment => "Nothing is decided: your words stand here and in the run's timeline, and the model is not asked.";

    public static string OfSilence(Approval approval, DateTimeOffset now)
    {
        AskTerms terms = approval.Terms;
        string until = approval.ExpiresAt is { } end
            ? $"in {Hours.InWords(end > now ? end - now : TimeSpan.Zero)} it ends by itself, and what was asked is not done{(terms.Alternative is { Length: > 0 } ? "; the model is told what to do instead" : string.Empty)}"
            : "it stays open, and costs nothing";
        return $"While nobody answers, {until}. Silence is never an approval.";
    }
}
