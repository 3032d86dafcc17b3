namespace Orchestrator.Agent.Timeline;

/// <summary>How people read a <see cref="RunEventKind"/>, on terminals and pages.</summary>
public static class RunEventWords
{
    /// <returns>At most nine letters, as in <c>compacted</c>.</returns>
    public static string InWords(this RunEventKind kind) => kind switch
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
        RunEventKind.PlanApproved => "planned",
        RunEventKind.PlanSentBack => "plan back",
        RunEventKind.Forked => "forked",
        RunEventKind.HostLost => "host lost",
        RunEventKind.Paused => "paused",
        RunEventKind.Resumed => "resumed",
        RunEventKind.Held => "held",
        RunEventKind.MessageSent => "message",
        RunEventKind.MessageRead => "read",
    };
}
