using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Notifications;

/// <summary>What people are told of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeKind>))]
public enum NoticeKind
{
    [JsonStringEnumMemberName("approvalOpened")]
    ApprovalOpened,

    [JsonStringEnumMemberName("approvalReminded")]
    ApprovalReminded,

    [JsonStringEnumMemberName("approvalEscalated")]
    ApprovalEscalated,

    [JsonStringEnumMemberName("approvalExpired")]
    ApprovalExpired,

    [JsonStringEnumMemberName("approvalDecided")]
    ApprovalDecided,

    [JsonStringEnumMemberName("runFinished")]
    RunFinished,
}
