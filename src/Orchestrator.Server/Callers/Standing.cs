using System.Security.Claims;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server.Callers;

/// <summary>Says whether what a caller once showed still counts: for sessions, and for answers that go on for hours.</summary>
internal sealed class Standing(TokenCatalogue tokens, TimeProvider time)
{
    public bool IsGood(ClaimsPrincipal principal) =>
        (CallerClaims.ExpiryOf(principal) is not { } end || end > time.GetUtcNow())
        && (principal.FindFirstValue(CallerClaims.Token) is not { } token || tokens.FindByHash(token) is not null);
}
