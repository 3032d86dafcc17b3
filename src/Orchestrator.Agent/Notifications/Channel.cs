namespace Orchestrator.Agent.Notifications;

/// <summary>A way to people.</summary>
public sealed record Channel
{
    public required string Name { get; init; }

    public required ChannelKind Kind { get; init; }

    /// <summary>Mail addresses of last resort: for those whose own isn't known.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>The environment variable with the address of the hook; null for mail.</summary>
    public string? UrlVariable { get; init; }

    /// <summary>The environment variable with the key that a webhook is signed by, which also names the key; null where nothing is signed.</summary>
    public string? SecretVariable { get; init; }

    public required IReadOnlyList<NoticeKind> Events { get; init; }

    /// <summary>Only what is of these tenants; of all where there is none.</summary>
    public IReadOnlyList<string> Tenants { get; init; } = [];

    public required ChannelHours Hours { get; init; }

    public bool Takes(Notice notice) => Events.Contains(notice.Kind) && (Tenants.Count == 0 || Tenants.Contains(notice.Tenant, StringComparer.Ordinal));
}

/// <summary>What a channel speaks.</summary>
public enum ChannelKind
{
    Email,
    Slack,
    Teams,
    Webhook,
}
