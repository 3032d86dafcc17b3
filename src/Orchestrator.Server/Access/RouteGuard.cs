using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Orchestrator.Server.Access;

/// <summary>Puts the table of routes on their endpoints; the framework's authorization does the rest.</summary>
internal static class RouteGuard
{
    /// <summary>A group whose endpoints are all in the table.</summary>
    public static RouteGroupBuilder MapGuarded(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(string.Empty);
        ((IEndpointConventionBuilder)group).Finally(Guard);
        return group;
    }

    private static void Guard(EndpointBuilder endpoint)
    {
        var route = (RouteEndpointBuilder)endpoint;
        string pattern = "/" + route.RoutePattern.RawText?.Trim('/');
        IReadOnlyList<string> methods = endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
        RouteAccess?[] entries = [.. methods.Select(method => RouteTable.Find(method, pattern))];
        if (entries is not [{ } access, ..] || entries.Any(entry => entry is null || !entry.Roles.SequenceEqual(access.Roles)))
        {
            throw new InvalidOperationException($"{string.Join(", ", methods)} {pattern} is not in the table of routes, or has two kinds of entries.");
        }

        endpoint.Metadata.Add(access);
        endpoint.Metadata.Add(access.IsOpen
            ? new AllowAnonymousAttribute()
            : new AuthorizeAttribute { Roles = string.Join(',', access.Roles) });
    }
}
