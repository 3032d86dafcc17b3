using Orchestrator.Agent.Approvals;

namespace Orchestrator.Cli.Deciding;

/// <summary>What a person at a terminal is told of their decision.</summary>
internal static class OutcomeWords
{
    /// <exception cref="BadInputException">It did not count.</exception>
    public static string Of(DecisionOutcome outcome, Approval approval) => outcome switch
    {
        DecisionOutcome.Recorded recorded => $"{approval.Id} {Of(recorded.State)}.",
        DecisionOutcome.VoteRecorded vote => $"{approval.Id}: your approval counts; {vote.Approved} of {vote.Needed} have approved.",
        DecisionOutcome.Commented => $"It stands at {approval.Id}, which is open as before.",
        DecisionOutcome.NotPermitted refused => throw new BadInputException($"{approval.Id}: {refused.Reason}"),
        DecisionOutcome.NotApplicable refused => throw new BadInputException($"{approval.Id}: {refused.Reason}"),
        DecisionOutcome.Closed { State: ApprovalState.Expired } => throw new BadInputException($"{approval.Id} is not asked any more: nobody decided in time."),
        DecisionOutcome.Closed { By: { } person } closed => throw new BadInputException($"{approval.Id} was {Of(closed.State)} before, by {person}."),
        DecisionOutcome.Closed => throw new BadInputException($"{approval.Id} is not asked any more: its run was canceled or is over."),
        DecisionOutcome.DigestDiffers => throw new BadInputException($"{approval.Id} changed while it was decided; look again with 'orchestrator approvals'."),
        DecisionOutcome.Unknown => throw new BadInputException($"There is no approval '{approval.Id}'; 'orchestrator approvals' lists the open ones."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Of(ApprovalState state) => state switch
    {
        ApprovalState.ChangesRequested => "sent back",
        ApprovalState.Superseded => "superseded",
        _ => DecisionWords.Of(state),
    };
}
