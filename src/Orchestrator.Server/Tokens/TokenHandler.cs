using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tokens;

/// <summary>Lets in whoever shows a token that the server knows.</summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenCatalogue tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Token";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = 401;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    private AuthenticateResult Authenticate()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out AuthenticationHeaderValue? shown)
            || !shown.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || shown.Parameter is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        return tokens.Find(token) is { } known
            ? AuthenticateResult.Success(new AuthenticationTicket(
                CallerClaims.Write(known.Caller, SchemeName, known.Hash, known.ExpiresAt), SchemeName))
            : AuthenticateResult.Fail("The token is unknown, or its time is over.");
    }
}
