using System.Security.Claims;
using Orchestrator.Agent.Steering;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server.OpenIdConnect;

/// <summary>Reads a caller from the claims of an issuer.</summary>
internal static class ClaimsMapping
{
    /// <returns>Null if the claims don't say who it is, or of which tenant.</returns>
    public static Caller? CallerOf(ClaimsPrincipal shown, OpenIdConnectSettings settings)
    {
        string? subject = shown.FindFirstValue("sub");
        string? tenant = settings.TenantClaim is { } claim ? shown.FindFirstValue(claim) : TokenCatalogue.LocalTenant;
        return string.IsNullOrEmpty(subject) || tenant is null or "" or KillSwitch.Everybody
            ? null
            : new Caller
            {
                Subject = subject,
                Name = shown.FindFirstValue("name") ?? shown.FindFirstValue("preferred_username") ?? shown.FindFirstValue("email") ?? subject,
                Tenant = tenant,
                Teams = [.. shown.FindAll(settings.TeamsClaim).Select(team => team.Value).Distinct()],
                Roles = [.. shown.FindAll(settings.RolesClaim).SelectMany(role => RolesOf(role.Value, settings)).Distinct()],
            };
    }

    /// <summary>The roles that a text names, with commas; what is no role is left out.</summary>
    public static IEnumerable<Role> Named(string text) => text
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(name => Enum.GetNames<Role>().Contains(name, StringComparer.OrdinalIgnoreCase))
        .Select(name => Enum.Parse<Role>(name, ignoreCase: true));

    private static IEnumerable<Role> RolesOf(string value, OpenIdConnectSettings settings) => settings.Roles.Count == 0
        ? Named(value)
        : settings.Roles.TryGetValue(value, out string? mapped) ? Named(mapped) : [];
}
