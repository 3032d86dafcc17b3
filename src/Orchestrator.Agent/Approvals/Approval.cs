using System.Text.Json.Serialization;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Approvals;

/// <summary>A question to a person, and what it is bound to. An approval never changes: another digest is another approval.</summary>
public sealed record Approval
{
    /// <summary>The run's id and the checkpoint's place in it; at most 100 characters.</summary>
    public required string Id { get; init; }

    public required string RunId { get; init; }

    public required CheckpointKind Kind { get; init; }

    public required int Turn { get; init; }

    /// <summary>SHA-256 over what would happen and everything that it depends on; a decision must name it.</summary>
    public required string Digest { get; init; }

    /// <summary>What is asked, in one sentence.</summary>
    public required string Question { get; init; }

    /// <summary>Exactly what would run or land: the command, or the diff.</summary>
    public required string Subject { get; init; }

    /// <summary>Why it is asked: the rule, the limit, the evidence.</summary>
    public required string Because { get; init; }

    /// <summary>The call that it is about; null where it is about none.</summary>
    public AskedCall? Call { get; init; }

    public AskTerms Terms { get; init; } = new();

    /// <summary>Who asked for the run; null in approvals of older builds.</summary>
    public string? Requester { get; init; }

    /// <summary>Who wrote the ticket that the run came from; null where there is none.</summary>
    public string? Author { get; init; }

    public string? Tenant { get; init; }

    /// <summary>The approval in whose place this one was opened, since what it asks was edited or changed; null for none.</summary>
    public string? Replaces { get; init; }

    /// <summary>Whoever edited what is asked: to separate duties, they asked for it as well. Null for nobody.</summary>
    public string? Editor { get; init; }

    /// <summary>Names those that were asked together; each is decided by itself. Null for one alone.</summary>
    public string? Batch { get; init; }

    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When it ends by itself; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public ApprovalState State { get; init; } = ApprovalState.Open;

    /// <summary>Whose vote closed it.</summary>
    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? Reason { get; init; }

    /// <summary>The arguments in place of the call's, if it was closed by an edit.</summary>
    public string? EditedArguments { get; init; }

    /// <summary>What is to be changed where, if it was closed by that.</summary>
    public IReadOnlyList<ReviewComment> Review { get; init; } = [];

    public IReadOnlyList<Vote> Votes { get; init; } = [];

    public IReadOnlyList<ApprovalComment> Comments { get; init; } = [];

    /// <summary>Whether somebody can still decide it then.</summary>
    public bool IsOpenAt(DateTimeOffset now) => State == ApprovalState.Open && !(ExpiresAt <= now);

    /// <summary>
    /// This question as it is asked since a person edited another: their vote, which was permitted there, approves it where one person
    /// suffices, the same ones decide, and duties aren't separated. Else they count as one who asked for it.
    /// </summary>
    /// <param name="before">The approval that the edit closed.</param>
    public Approval EditedFrom(Approval before)
    {
        Vote vote = before.Votes.First(vote => vote.Says == ApprovalState.Edited);
        Approval edited = this with { Editor = vote.Subject };
        bool suffices = before.Id == Replaces && Terms is { Needed: <= 1, NotRequester: false } && (!Terms.NotAuthor || before.Terms.NotAuthor)
            && Terms.Deciders.IncludesAllOf(before.Terms.Deciders);
        return !suffices ? edited : edited with
        {
            State = ApprovalState.Approved,
            DecidedBy = vote.Name,
            DecidedAt = vote.At,
            Reason = vote.Reason,
            Votes = [vote with { Says = ApprovalState.Approved }],
        };
    }
}

/// <summary>The call that an approval is about.</summary>
/// <param name="Effect">Its effect's id.</param>
/// <param name="Tool">The tool's name.</param>
/// <param name="Class">What repeating it could do.</param>
/// <param name="Arguments">The arguments, byte for byte as they would run.</param>
/// <param name="Rule">The rule that had it asked.</param>
/// <param name="PolicyVersion">The policy that the rule is of.</param>
public sealed record AskedCall(string Effect, string Tool, EffectClass Class, string Arguments, string Rule, string PolicyVersion)
{
    /// <summary>What it does in the words that rules match.</summary>
    public string Line { get; init; } = string.Empty;
}

/// <summary>What a person said that counts.</summary>
/// <param name="Subject">Who; one vote each.</param>
/// <param name="Name">How they are called.</param>
/// <param name="Says">What they want the approval to become.</param>
/// <param name="Reason">Why.</param>
/// <param name="OnBehalfOf">Whose right they used; null for their own.</param>
/// <param name="At">When.</param>
public sealed record Vote(string Subject, string Name, ApprovalState Says, string? Reason, string? OnBehalfOf, DateTimeOffset At);

/// <summary>Something said about an approval that decides nothing.</summary>
public sealed record ApprovalComment(string Name, string Text, DateTimeOffset At);

/// <summary>What a reviewer wants changed in a file.</summary>
/// <param name="File">The file, as the diff has it.</param>
/// <param name="Line">Its line behind the change, the first of the hunk; null for the whole file.</param>
/// <param name="Text">What is to be changed.</param>
public sealed record ReviewComment(string File, int? Line, string Text);

/// <summary>The points where a run waits for a person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckpointKind>))]
public enum CheckpointKind
{
    [JsonStringEnumMemberName("tool")]
    Tool,

    [JsonStringEnumMemberName("budget")]
    Budget,

    [JsonStringEnumMemberName("final")]
    Final,

    /// <summary>A conversation that has become too long can't be made shorter.</summary>
    [JsonStringEnumMemberName("compaction")]
    Compaction,

    /// <summary>The model goes in circles.</summary>
    [JsonStringEnumMemberName("stuck")]
    Stuck,

    /// <summary>The model says how it will go about the task.</summary>
    [JsonStringEnumMemberName("plan")]
    Plan,

    /// <summary>Verified changes are to be pushed, or could not be.</summary>
    [JsonStringEnumMemberName("landing")]
    Landing,
}

/// <summary>Where an approval stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalState>))]
public enum ApprovalState
{
    [JsonStringEnumMemberName("open")]
    Open,

    [JsonStringEnumMemberName("approved")]
    Approved,

    [JsonStringEnumMemberName("denied")]
    Denied,

    /// <summary>The run was canceled before anybody decided.</summary>
    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,

    /// <summary>It is to be done otherwise: the reason says how.</summary>
    [JsonStringEnumMemberName("changesRequested")]
    ChangesRequested,

    /// <summary>A person changed what is asked; another approval is about that.</summary>
    [JsonStringEnumMemberName("edited")]
    Edited,

    /// <summary>What was approved has changed before it began; another approval is about what it is now.</summary>
    [JsonStringEnumMemberName("superseded")]
    Superseded,

    /// <summary>Nobody decided in time. It is not done, and nobody denied it.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,
}
