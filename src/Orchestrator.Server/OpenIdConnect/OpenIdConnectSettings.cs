namespace Orchestrator.Server.OpenIdConnect;

/// <summary>The issuer of people's accounts, and what its claims mean here.</summary>
public sealed class OpenIdConnectSettings
{
    /// <summary>The issuer's address; its keys and endpoints are found below it.</summary>
    public Uri? Authority { get; set; }

    /// <summary>What the issuer knows this server by; also the audience that tokens for the API must name, unless <see cref="Audience"/> does.</summary>
    public string ClientId { get; set; } = string.Empty;

    /// <summary>From the environment: <c>ORCHESTRATOR_Server__OpenIdConnect__ClientSecret</c>.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The audience of the tokens that programs show; null for <see cref="ClientId"/>.</summary>
    public string? Audience { get; set; }

    /// <summary>The claim whose values are roles, or are mapped to them by <see cref="Roles"/>.</summary>
    public string RolesClaim { get; set; } = "roles";

    /// <summary>What the claim's values mean, as in <c>"platform-team": "operator"</c>; several roles with commas. Values that aren't named mean nothing; empty: the values are roles.</summary>
    public Dictionary<string, string> Roles { get; init; } = [];

    public string TeamsClaim { get; set; } = "groups";

    /// <summary>The claim that names the tenant, which then everybody must have; null if all are of the local tenant.</summary>
    public string? TenantClaim { get; set; }
}
