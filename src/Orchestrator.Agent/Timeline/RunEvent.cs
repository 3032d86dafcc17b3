using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Timeline;

/// <summary>One line of what happened in a run, for people who follow it. Written in the transaction of what it tells.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Turn">The turn in which it happened; 0 before the first.</param>
/// <param name="Text">A sentence for a person, or a command with its lines; bounded, no secrets.</param>
public sealed record RunEvent(RunEventKind Kind, int Turn, string Text)
{
    private const int LongestText = 500;
    private const int LongestDetails = 4_000;

    private readonly string? _details;

    public string Text { get; init; } = Bound(Text, LongestText);

    /// <summary>What stands behind the sentence, in lines; null if that is all. Bounded, no secrets.</summary>
    public string? Details
    {
        get => _details;
        init => _details = value is null ? null : Bound(value, LongestDetails);
    }

    /// <summary>The folder of the effect that it tells of, within its run's; null if it tells of none.</summary>
    public string? Effect { get; init; }

    private static string Bound(string text, int longest) => ShortText.Shortened(text, longest);
}

/// <summary>A <see cref="RunEvent"/> as it was stored: numbered without gaps within its run.</summary>
public sealed record StoredRunEvent(string Run, long Sequence, DateTimeOffset At, RunEvent Event);

/// <summary>The kinds of a run's events.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunEventKind>))]
public enum RunEventKind
{
    Submitted,
    Prepared,

    /// <summary>A command that sets the workspace up begins.</summary>
    SetupStarted,

    /// <summary>It has ended, well or not.</summary>
    SetupEnded,
    Answered,

    /// <summary>The provider asks to be left alone for a while; until the next event, the run waits.</summary>
    ProviderAwaited,

    /// <summary>A request failed and is sent again.</summary>
    ProviderRetried,

    /// <summary>A request is held back for some seconds: the provider's limits are used up, or it fails everybody.</summary>
    ProviderHeldBack,

    /// <summary>A provider that had asked to be left alone is asked again.</summary>
    ProviderAskedAgain,

    /// <summary>An answer that was asked for was lost; it may have been billed, and is asked for again.</summary>
    AnswerLost,

    /// <summary>The model refused the conversation as too long; it is compacted.</summary>
    TooLong,

    /// <summary>A model could not be asked, and another works on the run from now on.</summary>
    TakenOver,
    ToolStarted,
    ToolFinished,
    ToolRefused,

    /// <summary>Sub-agents begin to work for the run.</summary>
    SubAgentsStarted,

    /// <summary>A sub-agent's run is over.</summary>
    SubAgentEnded,
    Rejected,
    Verified,
    CheckpointOpened,
    Decided,

    /// <summary>Somebody says something about an approval, and decides nothing.</summary>
    Commented,

    /// <summary>An approval still waits.</summary>
    ApprovalReminded,

    /// <summary>More people may decide an approval, since nobody has.</summary>
    ApprovalEscalated,

    /// <summary>Nobody decided an approval in time.</summary>
    ApprovalExpired,
    Finished,

    /// <summary>A run that had failed goes on.</summary>
    Reopened,

    /// <summary>The account has no quota left at the provider: somebody has to see to that.</summary>
    QuotaSpent,

    /// <summary>A share of the dollars that the run may spend is spent.</summary>
    BudgetReached,

    /// <summary>The provider's cache no longer gives back what was sent before.</summary>
    CacheMissed,

    /// <summary>A summary of the older turns is asked for.</summary>
    Compacting,
    Compacted,

    /// <summary>A compaction was of no use, or could not be had; the full conversation stays in use.</summary>
    NotCompacted,

    /// <summary>A person had come back what a compaction was made from.</summary>
    CompactionUndone,

    /// <summary>A person has a run go on that went in circles.</summary>
    Advised,

    /// <summary>A person has approved the model's plan.</summary>
    PlanApproved,

    /// <summary>A person wants another plan.</summary>
    PlanSentBack,

    /// <summary>The run takes up another from behind one of its turns.</summary>
    Forked,

    /// <summary>The host that held the run's files is lost, and another has restored them.</summary>
    HostLost,

    /// <summary>A person has the model not be asked for a while.</summary>
    Paused,

    /// <summary>The end of that.</summary>
    Resumed,

    /// <summary>The run has come to where it would ask its model, and waits: it is paused, or the kill switch is on.</summary>
    Held,

    /// <summary>A person says something to the model.</summary>
    MessageSent,

    /// <summary>What a person said is in the next request.</summary>
    MessageRead,

    /// <summary>Verified changes are on a remote.</summary>
    Pushed,
}
