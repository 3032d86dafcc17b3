using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tokens;

/// <summary>The tokens that count now: those of the settings, as they are read anew, and the one of the local user.</summary>
internal sealed class TokenCatalogue(IOptionsMonitor<ServerOptions> options, LocalAccess? local, TimeProvider time)
{
    public const string LocalTenant = "local";

    /// <returns>Null if nobody knows the token, or its time is over.</returns>
    public KnownToken? Find(string token) => FindByHash(TokenText.HashOf(token));

    /// <summary>The time that it takes doesn't say how much of a hash was right.</summary>
    public KnownToken? FindByHash(string hash)
    {
        byte[] shown = Encoding.ASCII.GetBytes(hash);
        KnownToken? found = null;
        foreach (KnownToken known in All())
        {
            if (CryptographicOperations.FixedTimeEquals(shown, Encoding.ASCII.GetBytes(known.Hash)))
            {
                found = known;
            }
        }

        return found is null || found.ExpiresAt <= time.GetUtcNow() ? null : found;
    }

    private IEnumerable<KnownToken> All()
    {
        foreach (TokenEntry entry in options.CurrentValue.Tokens)
        {
            yield return new KnownToken(
                entry.Sha256.ToLowerInvariant(),
                new Caller
                {
                    Subject = entry.Name,
                    Name = entry.Name,
                    Tenant = entry.Tenant,
                    Teams = [.. entry.Teams],
                    Roles = [.. entry.Roles.Select(role => Enum.Parse<Role>(role, ignoreCase: true))],
                },
                entry.ExpiresAt);
        }

        if (local is not null)
        {
            yield return new KnownToken(TokenText.HashOf(local.Token), local.Caller, null);
        }
    }
}
