namespace Orchestrator.Server.Tokens;

/// <summary>A token as the settings have it: who shows it, and the hash by which it is known.</summary>
public sealed class TokenEntry
{
    /// <summary>Who shows it: the subject of what is done with it.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>As in <c>requester</c>, <c>approver</c>.</summary>
    public IList<string> Roles { get; init; } = [];

    public string Tenant { get; set; } = TokenCatalogue.LocalTenant;

    public IList<string> Teams { get; init; } = [];

    /// <summary>The SHA-256 of the token, in 64 hexadecimal digits.</summary>
    public string Sha256 { get; set; } = string.Empty;

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}
