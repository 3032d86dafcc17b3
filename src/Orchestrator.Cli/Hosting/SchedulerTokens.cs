using Azure.Core;

namespace Orchestrator.Cli.Hosting;

/// <summary>
/// The token that is shown to a Durable Task Scheduler; one is used until shortly before it must be renewed. Calls at once may ask for
/// one each; any of them will do.
/// </summary>
internal sealed class SchedulerTokens(TokenCredential credential, TimeProvider time)
{
    private static readonly TokenRequestContext Scope = new(["https://durabletask.io/.default"]);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    private volatile Held? _held;

    /// <exception cref="Azure.Identity.AuthenticationFailedException">The identity gets none.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        if (_held is { } held && time.GetUtcNow() < (held.Token.RefreshOn ?? held.Token.ExpiresOn) - Ahead)
        {
            return held.Token.Token;
        }

        AccessToken token = await credential.GetTokenAsync(Scope, cancellationToken);
        _held = new Held(token);
        return token.Token;
    }

    private sealed record Held(AccessToken Token);
}
