using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Access;

/// <summary>Who may use a route; metadata of its endpoint.</summary>
/// <param name="Method">The method.</param>
/// <param name="Pattern">The route, as it is mapped.</param>
/// <param name="Roles">One of them is needed; none for a route that is open to all.</param>
internal sealed record RouteAccess(string Method, string Pattern, IReadOnlyList<Role> Roles)
{
    /// <summary>Each request bears a proof of its own, which its endpoint looks at: no browser can be led to send one.</summary>
    public bool IsSigned { get; init; }

    public bool IsOpen => Roles.Count == 0;

    /// <summary>As people and the framework read them.</summary>
    public string RoleNames => string.Join(", ", Roles).ToLowerInvariant();

    public static RouteAccess? Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>();
}
