using System.Globalization;
using System.Security.Claims;

namespace Orchestrator.Server.Callers;

/// <summary>A <see cref="Caller"/> as the claims that the framework hands on, and how long they stand.</summary>
internal static class CallerClaims
{
    public const string Subject = "sub";
    public const string Name = "name";
    public const string Tenant = "tenant";
    public const string Team = "team";
    public const string Role = "role";

    /// <summary>The token that was shown, by its hash.</summary>
    public const string Token = "token";

    /// <summary>Seconds since 1970 after which nothing of it counts.</summary>
    public const string Expires = "exp";

    /// <param name="caller">Who it is.</param>
    /// <param name="scheme">How that was shown.</param>
    /// <param name="token">The hash of the token that was shown; null if it was none of ours.</param>
    /// <param name="expiresAt">Until when it stands; null if it doesn't end by itself.</param>
    public static ClaimsPrincipal Write(Caller caller, string scheme, string? token, DateTimeOffset? expiresAt)
    {
        List<Claim> claims =
        [
            new(Subject, caller.Subject),
            new(Name, caller.Name),
            new(Tenant, caller.Tenant),
            .. caller.Teams.Select(team => new Claim(Team, team)),
            .. caller.Roles.Select(role => new Claim(Role, role.ToString())),
        ];
        if (token is not null)
        {
            claims.Add(new Claim(Token, token));
        }

        if (expiresAt is { } end)
        {
            claims.Add(new Claim(Expires, end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme, Name, Role));
    }

    /// <returns>Null for whoever has shown nothing.</returns>
    public static Caller? Read(ClaimsPrincipal principal) => principal is { Identity.IsAuthenticated: true }
        && principal.FindFirstValue(Subject) is { } subject
        && principal.FindFirstValue(Tenant) is { } tenant
            ? new Caller
            {
                Subject = subject,
                Name = principal.FindFirstValue(Name) ?? subject,
                Tenant = tenant,
                Teams = [.. principal.FindAll(Team).Select(claim => claim.Value)],
                Roles = [.. principal.FindAll(Role).Select(claim => Enum.Parse<Callers.Role>(claim.Value))],
            }
            : null;

    /// <returns>Null if it doesn't end by itself.</returns>
    public static DateTimeOffset? ExpiryOf(ClaimsPrincipal principal) =>
        long.TryParse(principal.FindFirstValue(Expires), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
