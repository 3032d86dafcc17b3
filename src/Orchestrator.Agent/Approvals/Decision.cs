using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Agent.Approvals;

/// <summary>What a person said of an approval.</summary>
/// <param name="ApprovalId">The approval.</param>
/// <param name="Digest">The digest that the person was shown.</param>
/// <param name="Answer">What they said.</param>
/// <param name="By">Who, as whoever takes the decision in knows them; never what the person says of themselves.</param>
public sealed record Decision(string ApprovalId, string Digest, Answer Answer, Decider By);

/// <summary>What can be said of an approval.</summary>
public abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>Do it.</summary>
    public sealed record Approve(string? Reason = null) : Answer
    {
        /// <summary>What is allowed for later as well; null for nothing.</summary>
        public AlwaysGrant? Always { get; init; }
    }

    /// <summary>Don't; the reason reaches the model word for word.</summary>
    public sealed record Deny(string? Reason = null) : Answer;

    /// <summary>Do it with these arguments instead: another approval is opened for that, which is approved where this person suffices.</summary>
    /// <param name="Arguments">All arguments of the call, as JSON.</param>
    /// <param name="Reason">Why; the model is told.</param>
    public sealed record Edit(string Arguments, string? Reason = null) : Answer;

    /// <summary>Says something about the approval, and leaves it open; no model is asked.</summary>
    public sealed record Ask(string Text) : Answer;

    /// <summary>Not like this: the model is told what is to be changed, and goes on.</summary>
    public sealed record RequestChanges(string Reason) : Answer
    {
        /// <summary>What is to be changed where, for a diff.</summary>
        public IReadOnlyList<ReviewComment> Comments { get; init; } = [];
    }

    /// <summary>What it would have the approval become; open for what decides nothing.</summary>
    public ApprovalState Says => this switch
    {
        Approve => ApprovalState.Approved,
        Deny => ApprovalState.Denied,
        Edit => ApprovalState.Edited,
        RequestChanges => ApprovalState.ChangesRequested,
        Ask => ApprovalState.Open,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public string? Why => this switch
    {
        Approve approve => approve.Reason,
        Deny deny => deny.Reason,
        Edit edit => edit.Reason,
        RequestChanges changes => changes.Reason,
        _ => null,
    };
}
