using Orchestrator.Agent.Timeline;

namespace Orchestrator.Cli.Running;

/// <summary>How the live view and <c>show</c> lay out what happened.</summary>
internal static class EventWords
{
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
