using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Guards;

namespace Orchestrator.Server.Callers;

/// <summary>Who is asking, as the server sees it.</summary>
/// <param name="Subject">What the caller is known by.</param>
/// <param name="Name">What people read.</param>
/// <param name="Tenant">Whose runs the caller knows of.</param>
/// <param name="Teams">The caller's teams.</param>
/// <param name="Roles">What the caller may do.</param>
/// <param name="AntiforgeryToken">What a browser's session must send with each change, as <c>X-Antiforgery-Token</c>; null for programs.</param>
internal sealed record CallerView(string Subject, string Name, string Tenant, IReadOnlyList<string> Teams, IReadOnlyList<string> Roles, string? AntiforgeryToken);

/// <summary>Tells callers who they are.</summary>
internal static class CallerEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/caller", Show)
        .WithName("GetCaller").WithSummary("Who is asking, as the server sees it.").WithTags("Caller");

    private static Ok<CallerView> Show(HttpContext context, Caller caller, IAntiforgery antiforgery) => TypedResults.Ok(new CallerView(
        caller.Subject,
        caller.Name,
        caller.Tenant,
        caller.Teams,
        [.. caller.Roles.Select(role => role.ToString().ToLowerInvariant())],
        CrossSiteGuard.IsBySession(context) ? antiforgery.GetAndStoreTokens(context).RequestToken : null));
}
