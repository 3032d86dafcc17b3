using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Audit;

/// <summary>What somebody did, to what.</summary>
/// <param name="Actor">Who: a person's or a program's subject, or <see cref="System"/>.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">The id of what it was done to: a run, an approval, a policy's version, a token's name.</param>
/// <param name="Run">The run that it belongs to; null if it belongs to none.</param>
/// <param name="Details">What else has to be known of it, in a sentence; never a secret.</param>
public sealed record AuditAct(string Actor, AuditKind Kind, string Target, string? Run, string Details)
{
    /// <summary>The actor of what the orchestrator does by itself.</summary>
    public const string System = "orchestrator";

    /// <summary>The actor of an attempt by somebody who showed nothing that counts.</summary>
    public const string Unknown = "unknown";
}

/// <summary>The kinds of acts that are written down. Stored by name: names stay.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuditKind>))]
public enum AuditKind
{
    RunSubmitted,
    RunForked,
    RunCanceled,
    RunPaused,
    RunResumed,
    RunMessaged,
    RunReopened,
    RunFinished,
    CompactionUndone,
    ApprovalOpened,
    ApprovalVoted,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalUsed,
    PolicyChanged,
    AlwaysRuleMade,
    AlwaysRuleRevoked,
    KillSwitchTurned,
    ScheduleSet,
    SchedulePaused,
    ScheduleResumed,
    ScheduleRemoved,
    SignedIn,
    SignInRefused,
    SignedOut,
    TicketTaken,
    TicketRefused,
    DeliveryRetried,

    /// <summary>A run's changes are on a remote.</summary>
    ChangesPushed,

    /// <summary>All that a run had kept is given up.</summary>
    RunPurged,
}
