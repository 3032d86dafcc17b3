using Orchestrator.Agent.Notifications;

namespace Orchestrator.Cli.Notifying;

/// <summary>A notification as <c>notifications list --json</c> prints it.</summary>
internal sealed record ListedNotification(
    long Id, string Event, string RunId, string? ApprovalId, string Channel, string Recipient, NotificationState State, int Attempts, DateTimeOffset At, DateTimeOffset DueAt, string? Failure)
{
    public static ListedNotification Of(Notification one) => new(
        one.Id, one.Notice.Kind.Word(), one.Notice.RunId, one.Notice.ApprovalId, one.Channel, one.Recipient, one.State, one.Attempts, one.Notice.At, one.DueAt, one.Failure);
}

/// <summary>What <c>notifications list --json</c> prints.</summary>
internal sealed record NotificationList(IReadOnlyList<ListedNotification> Notifications);

/// <summary>What <c>notifications retry --json</c> prints.</summary>
internal sealed record RetriedNotification(long Id);

/// <summary>What <c>notifications test --json</c> prints.</summary>
internal sealed record TestedChannel(string Channel, string Key);
