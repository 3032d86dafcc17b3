using Orchestrator.Server.Callers;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server.Tests;

/// <summary>A token with its entry in the settings.</summary>
internal sealed record TestToken(string Secret, TokenEntry Entry)
{
    public static TestToken Of(string name, params IReadOnlyList<Role> roles) => Of(name, TokenCatalogue.LocalTenant, null, roles);

    public static TestToken Of(string name, string tenant, DateTimeOffset? expiresAt, params IReadOnlyList<Role> roles)
    {
        string secret = TokenText.Make();
        return new TestToken(secret, new TokenEntry
        {
            Name = name,
            Tenant = tenant,
            Roles = [.. roles.Select(role => role.ToString())],
            Sha256 = TokenText.HashOf(secret),
            ExpiresAt = expiresAt,
        });
    }
}
