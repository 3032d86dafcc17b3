using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Dashboard.Assets;

/// <summary>The style, the script and the icon of all pages. Their names hold a hash of what is in them, so that browsers may keep them for ever.</summary>
internal static class DashboardAssets
{
    public static Asset Style { get; } = Read("dashboard.css", "text/css; charset=utf-8");

    public static Asset Script { get; } = Read("dashboard.js", "text/javascript; charset=utf-8");

    public static Asset Icon { get; } = Read("icon.svg", "image/svg+xml");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/assets/{name}", Serve).ExcludeFromDescription();

    private static Results<FileContentHttpResult, ProblemHttpResult> Serve(string name, HttpContext context)
    {
        Asset[] all = [Style, Script, Icon];
        if (all.FirstOrDefault(asset => asset.Name == name) is not { } found)
        {
            return Problem.NotFound($"asset '{name}'", "Load the page again: it names the newest.");
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.File(found.Content, found.ContentType, entityTag: new EntityTagHeaderValue($"\"{found.Name}\""));
    }

    private static Asset Read(string resource, string contentType)
    {
        using Stream stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream($"Assets.{resource}")
            ?? throw new InvalidOperationException($"The server was built without {resource}.");
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        string hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));
        return new Asset($"{Path.GetFileNameWithoutExtension(resource)}-{hash}{Path.GetExtension(resource)}", contentType, content);
    }
}

/// <summary>One of them.</summary>
internal sealed record Asset(string Name, string ContentType, byte[] Content)
{
    public string Path => $"/assets/{Name}";
}
