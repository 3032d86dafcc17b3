using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace Orchestrator.Server.Tests.Fuzzing;

/// <summary>A route with what the server's own description says it takes.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Its path, with {names} in it.</param>
/// <param name="Query">Names of what it reads from the query.</param>
/// <param name="Headers">Names of what it reads from headers.</param>
/// <param name="Body">The schema of its body; null if it takes none, or a form.</param>
/// <param name="IsForm">It takes a form of the dashboard.</param>
internal sealed record Operation(string Method, string Path, IReadOnlyList<string> Query, IReadOnlyList<string> Headers, JsonObject? Body, bool IsForm)
{
    /// <summary>All of the API, as OpenAPI describes it, and the pages and forms beside it.</summary>
    public static async Task<IReadOnlyList<Operation>> ReadAllAsync(ServerRig rig, HttpClient client)
    {
        JsonObject document = JsonNode.Parse(await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!.AsObject();
        Operation[] described =
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select Of(document, operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
        ];
        var known = described.Select(operation => $"{operation.Method} {operation.Path}").ToHashSet();
        return
        [
            .. described,
            .. from endpoint in rig.Endpoints.OfType<RouteEndpoint>()
               from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
               let path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
               where !known.Contains($"{method} {path}")
               select new Operation(method, path, ["status", "before", "text", "returnUrl", "code", "run"], [], null, IsForm: method == "POST"),
        ];
    }

    private static Operation Of(JsonObject document, string method, string path, JsonObject operation)
    {
        JsonObject[] parameters = [.. operation["parameters"]?.AsArray().Select(parameter => parameter!.AsObject()) ?? []];
        return new Operation(
            method,
            path,
            Names("query"),
            Names("header"),
            operation["requestBody"]?["content"]?.AsObject().First().Value!["schema"] is { } schema ? Resolve(document, schema.AsObject()) : null,
            IsForm: false);

        string[] Names(string place) => [.. parameters.Where(parameter => (string?)parameter["in"] == place).Select(parameter => (string)parameter["name"]!)];
    }

    private static JsonObject Resolve(JsonObject document, JsonObject schema)
    {
        while ((string?)schema["$ref"] is { } reference)
        {
            schema = document["components"]!["schemas"]![reference[(reference.LastIndexOf('/') + 1)..]]!.AsObject();
        }

        return schema;
    }
}
