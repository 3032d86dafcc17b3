using Orchestrator.Agent.Timeline;

namespace Orchestrator.Cli.Running;

/// <summary>How the live view and <c>show</c> name what happened.</summary>
internal static class EventWords
{
    public static string Of(RunEventKind kind) => kind switch
    {
        RunEventKind.Submitted => "submitted",
        RunEventKind.Prepared => "prepared",
        RunEventKind.SetupStarted => "setup",
        RunEventKind.SetupEnded => "setup end",
        RunEventKind.Answered => "model",
        RunEventKind.ProviderAwaited => "waits",
        RunEventKind.ProviderRetried => "retry",
        RunEventKind.ProviderHeldBack => "held back",
        RunEventKind.ProviderAskedAgain => "asks on",
        RunEventKind.AnswerLost => "lost",
        RunEventKind.TooLong => "too long",
        RunEventKind.TakenOver => "new model",
        RunEventKind.ToolStarted => "start",
        RunEventKind.ToolFinished => "end",
        RunEventKind.ToolRefused => "refused",
        RunEventKind.SubAgentsStarted => "delegates",
        RunEventKind.SubAgentEnded => "agent end",
        RunEventKind.Rejected => "rejected",
        RunEventKind.Verified => "verified",
        RunEventKind.CheckpointOpened => "asks",
        RunEventKind.Decided => "decided",
        RunEventKind.Commented => "says",
        RunEventKind.ApprovalReminded => "reminds",
        RunEventKind.ApprovalEscalated => "escalates",
        RunEventKind.ApprovalExpired => "expired",
        RunEventKind.Finished => "finished",
        RunEventKind.Reopened => "reopened",
        RunEventKind.QuotaSpent => "quota",
        RunEventKind.BudgetReached => "budget",
        RunEventKind.CacheMissed => "cache",
        RunEventKind.Compacting => "shortens",
        RunEventKind.Compacted => "compacted",
        RunEventKind.NotCompacted => "not short",
        RunEventKind.CompactionUndone => "undone",
        RunEventKind.Advised => "advised",
        RunEventKind.Forked => "forked",
        RunEventKind.HostLost => "host lost",
        RunEventKind.Paused => "paused",
        RunEventKind.Resumed => "resumed",
        RunEventKind.Held => "held",
        RunEventKind.MessageSent => "message",
        RunEventKind.MessageRead => "read",
    };

    /// <summary>What stands before an event's text: its turn, if it has one, and its word, in columns.</summary>
    public static string Head(int turn, string word) => $"{(turn > 0 ? $"turn {turn,-3} " : string.Empty)}{word,-9} ";

    /// <summary>The colour of an event's line, in Spectre's names.</summary>
    public static string StyleOf(RunEventKind kind) => kind switch
    {
        RunEventKind.Rejected or RunEventKind.ToolRefused or RunEventKind.ProviderAwaited or RunEventKind.ProviderRetried or RunEventKind.ProviderHeldBack or RunEventKind.AnswerLost
            or RunEventKind.NotCompacted or RunEventKind.QuotaSpent or RunEventKind.BudgetReached or RunEventKind.CacheMissed or RunEventKind.TooLong or RunEventKind.TakenOver or RunEventKind.HostLost or RunEventKind.Paused or RunEventKind.Held
            or RunEventKind.ApprovalReminded or RunEventKind.ApprovalEscalated or RunEventKind.ApprovalExpired => "yellow",
        RunEventKind.Verified => "green",
        RunEventKind.CheckpointOpened => "magenta",
        RunEventKind.Answered => "bold",
        _ => "default",
    };
}
