using Orchestrator.Server.Listening;
using Orchestrator.Server.OpenIdConnect;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server;

/// <summary>What is decided about a server before it starts, and does not change while it runs.</summary>
/// <param name="Local">The local user's way in; null where tokens or accounts are set up.</param>
/// <param name="Issuer">The issuer of accounts; null if there is none.</param>
/// <param name="PublicUrl">Where browsers find it, if that is not where it listens.</param>
/// <param name="IsSecure">Browsers reach it over TLS only.</param>
/// <param name="Hosts">The names by which it may be called; other names lead here by mistake or by malice.</param>
public sealed record ServerTerms(LocalAccess? Local, OpenIdConnectSettings? Issuer, Uri? PublicUrl, bool IsSecure, IReadOnlyList<string> Hosts)
{
    private static readonly string[] LocalNames = ["localhost", "127.0.0.1", "[::1]"];

    public static ServerTerms Of(ServerOptions options, IReadOnlyList<ListenAddress> addresses, LocalAccess? local) => new(
        local,
        options.OpenIdConnect,
        options.PublicUrl,
        options.PublicUrl is { } url ? url.Scheme == Uri.UriSchemeHttps : addresses.All(address => address.IsSecure),
        addresses.All(address => address.IsLocal)
            ? [.. LocalNames, .. options.PublicUrl is { } known ? new[] { known.Host } : []]
            : ["*"]);
}
