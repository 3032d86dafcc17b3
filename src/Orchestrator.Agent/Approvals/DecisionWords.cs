namespace Orchestrator.Agent.Approvals;

/// <summary>How a decision is told in a timeline, a report and to the model: in the same words everywhere.</summary>
public static class DecisionWords
{
    public static string Of(ApprovalState state) => state switch
    {
        ApprovalState.Approved => "approved",
        ApprovalState.Denied => "denied",
        ApprovalState.ChangesRequested => "asked for changes of",
        ApprovalState.Edited => "edited",
        ApprovalState.Superseded => "approved what has changed since:",
        ApprovalState.Expired => "left open until it ended:",
        ApprovalState.Withdrawn => "was not asked any more:",
        ApprovalState.Open => "is asked",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A vote in one sentence.</summary>
    public static string Of(Approval approval, Vote vote, DecisionOutcome outcome)
    {
        string right = vote.OnBehalfOf is { } absent ? $" for {absent}" : string.Empty;
        string count = outcome is DecisionOutcome.VoteRecorded counted ? $" ({counted.Approved} of {counted.Needed})" : string.Empty;
        string reason = string.IsNullOrEmpty(vote.Reason) ? string.Empty : $": {vote.Reason}";
        return $"{vote.Name} {Of(vote.Says)} {approval.Id}{right}{count}{reason}";
    }
}
