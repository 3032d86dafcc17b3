namespace Orchestrator.Agent.Approvals;

/// <summary>What became of a decision.</summary>
public abstract record DecisionOutcome
{
    private DecisionOutcome()
    {
    }

    /// <summary>It closed the approval. Saying the same again is answered by the same.</summary>
    public sealed record Recorded(ApprovalState State) : DecisionOutcome;

    /// <summary>It counts, and more have to approve.</summary>
    public sealed record VoteRecorded(int Approved, int Needed) : DecisionOutcome;

    /// <summary>It stands at the approval, which is open as before.</summary>
    public sealed record Commented : DecisionOutcome;

    /// <summary>There is no such approval, or none that this person may know of.</summary>
    public sealed record Unknown : DecisionOutcome;

    /// <summary>Somebody decided before, or nobody in time, or the run withdrew the question.</summary>
    /// <param name="State">How it stands.</param>
    /// <param name="By">Who decided; null if nobody did.</param>
    public sealed record Closed(ApprovalState State, string? By) : DecisionOutcome;

    /// <summary>The person was shown something else than what is asked.</summary>
    public sealed record DigestDiffers : DecisionOutcome;

    /// <summary>This person may not say that; the reason is a sentence for them.</summary>
    public sealed record NotPermitted(string Reason) : DecisionOutcome;

    /// <summary>The question can't be answered so, whoever says it; the reason is a sentence for a person.</summary>
    public sealed record NotApplicable(string Reason) : DecisionOutcome;
}
