namespace Orchestrator.Agent.Notifications;

/// <summary>Who is told what, and how.</summary>
public sealed class NotificationOptions
{
    public const string Section = "Notifications";

    /// <summary>The ways to people; none unless the operator names some.</summary>
    public IList<ChannelOptions> Channels { get; init; } = [];

    /// <summary>The mail server; null where no channel is a mail's.</summary>
    public MailServerOptions? Mail { get; set; }

    /// <summary>Where people find the server: <c>Server:PublicUrl</c>. Links begin with it; without it there are none.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Mail addresses by a person's name or subject, or by <c>role lead</c> and <c>team payments</c>.</summary>
    public Dictionary<string, string> Addresses { get; init; } = [];

    /// <summary>What is said of a command: <c>none</c>, its first <c>line</c>, or its <c>full</c> text up to 4000 characters.</summary>
    public string Detail { get; set; } = "line";

    /// <summary>Let hooks lie on this machine, by plain http, too.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>Names of hooks' hosts that may stand for addresses that aren't public.</summary>
    public IList<string> PrivateHosts { get; init; } = [];
}

/// <summary>A way to people, as settings name it.</summary>
public sealed record ChannelOptions
{
    public string Name { get; set; } = string.Empty;

    /// <summary><c>email</c>, <c>slack</c>, <c>teams</c> or <c>webhook</c>.</summary>
    public string Kind { get; set; } = string.Empty;

    /// <summary>For mail: the addresses of last resort.</summary>
    public IList<string> To { get; init; } = [];

    /// <summary>The environment variable with the hook's address.</summary>
    public string? UrlEnv { get; set; }

    /// <summary>The environment variable with the key that a webhook is signed by.</summary>
    public string? SecretEnv { get; set; }

    /// <summary>The kinds that it tells; all where there is none.</summary>
    public IList<string> Events { get; init; } = [];

    public IList<string> Tenants { get; init; } = [];

    public HoursOptions Hours { get; init; } = new();
}

/// <summary>When a channel may be used, as settings name it.</summary>
public sealed record HoursOptions
{
    /// <summary>As in <c>Europe/Berlin</c>.</summary>
    public string Zone { get; set; } = "UTC";

    /// <summary>When the quiet begins, as in <c>22:00</c>; null for no quiet.</summary>
    public string? QuietFrom { get; set; }

    public string? QuietTo { get; set; }

    /// <summary>The kinds that wait for nothing.</summary>
    public IList<string> Urgent { get; init; } = [];

    /// <summary>When what was collected is sent, as in <c>09:00</c>; null for at once.</summary>
    public string? DigestAt { get; set; }
}

/// <summary>The server that takes mail.</summary>
public sealed record MailServerOptions
{
    public string Host { get; set; } = string.Empty;

    public int Port { get; set; } = 587;

    /// <summary><c>startTls</c>, <c>tls</c>, or <c>none</c> for a server on this machine.</summary>
    public string Security { get; set; } = "startTls";

    /// <summary>The sender's address.</summary>
    public string From { get; set; } = string.Empty;

    /// <summary>The name that it is signed in by; null where it wants none.</summary>
    public string? User { get; set; }

    /// <summary>The environment variable with the password.</summary>
    public string? PasswordEnv { get; set; }
}
