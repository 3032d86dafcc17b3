using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Approvals;

namespace Orchestrator.Server.Approvals;

/// <summary>What whoever answered is told of it, on pages and over the API.</summary>
internal static class OutcomeWords
{
    public static string Of(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Recorded recorded => $"Your answer is recorded: {OfState(recorded.State)}.",
        DecisionOutcome.VoteRecorded vote => $"Your vote is recorded: {vote.Approved} of {vote.Needed} have approved.",
        DecisionOutcome.Commented => "Your words stand at the approval; nothing is decided.",
        DecisionOutcome.NotPermitted refused => $"Not permitted: {refused.Reason}",
        DecisionOutcome.NotApplicable refused => refused.Reason,
        DecisionOutcome.Closed { State: ApprovalState.Expired } => "It is not asked any more: nobody decided in time.",
        DecisionOutcome.Closed { By: { } person } closed => $"It was closed before, by {person}: {OfState(closed.State)}. Your answer counts for nothing.",
        DecisionOutcome.Closed => "It is not asked any more: its run was canceled or is over.",
        DecisionOutcome.DigestDiffers => "What is asked has changed since you were shown it. Look again at what it is now.",
        DecisionOutcome.Unknown => "There is no such approval.",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static int StatusOf(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.NotPermitted => StatusCodes.Status403Forbidden,
        DecisionOutcome.NotApplicable => StatusCodes.Status422UnprocessableEntity,
        DecisionOutcome.Closed or DecisionOutcome.DigestDiffers => StatusCodes.Status409Conflict,
        DecisionOutcome.Unknown => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status200OK,
    };

    public static string OfState(ApprovalState state) => state switch
    {
        ApprovalState.Open => "open",
        ApprovalState.Approved => "approved",
        ApprovalState.Denied => "denied",
        ApprovalState.Withdrawn => "withdrawn",
        ApprovalState.ChangesRequested => "sent back for changes",
        ApprovalState.Edited => "edited",
        ApprovalState.Superseded => "superseded, since what it is about has changed",
        ApprovalState.Expired => "ended, since nobody decided in time",
    };
}
