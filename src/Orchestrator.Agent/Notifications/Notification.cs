using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Notifications;

/// <summary>A notice on its way to one recipient by one channel.</summary>
public sealed record Notification
{
    /// <summary>What verbs name it by; 0 before it is stored.</summary>
    public long Id { get; init; }

    public required Notice Notice { get; init; }

    public required string Channel { get; init; }

    /// <summary>A mail address; empty where the channel itself is the recipient.</summary>
    public required string Recipient { get; init; }

    /// <summary>When it is to be sent, or tried again.</summary>
    public required DateTimeOffset DueAt { get; init; }

    public NotificationState State { get; init; } = NotificationState.Waiting;

    public int Attempts { get; init; }

    /// <summary>The key of the message that it was put into; null before the first attempt. It stays in that message, so that a second sending is known as one.</summary>
    public string? Message { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Failure { get; init; }

    /// <summary>The same for the same notice, channel and recipient.</summary>
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Notice.Key}\n{Channel}\n{Recipient}")).AsSpan(0, 16));
}

/// <summary>Where a notification stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NotificationState>))]
public enum NotificationState
{
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("sent")]
    Sent,

    /// <summary>It was given up; <c>notifications retry</c> sends it after all.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It was of no use any more: somebody decided before, or its channel is gone.</summary>
    [JsonStringEnumMemberName("moot")]
    Moot,
}
