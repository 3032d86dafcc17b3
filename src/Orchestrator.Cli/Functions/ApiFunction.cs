using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Cli.Functions;

/// <summary>Hands a request that the Functions host took on to the HTTP API, and its answer back. Who asks is the API's to judge.</summary>
internal sealed class ApiFunction : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });

    /// <param name="request">What is bound to the HTTP trigger.</param>
    /// <param name="api">Where the API is.</param>
    /// <returns>What is bound to the HTTP output.</returns>
    public async Task<JsonObject> CallAsync(JsonObject request, Uri api, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(request["Url"]?.GetValue<string>(), UriKind.Absolute, out Uri? asked))
        {
            throw new FormatException($"'Data.{FunctionCatalogue.RequestBinding}' has no Url.");
        }

        using var message = new HttpRequestMessage(new HttpMethod(request["Method"]?.GetValue<string>() ?? "GET"), new Uri(api, asked.PathAndQuery));
        string? body = request["Body"] switch
        {
            JsonValue value when value.TryGetValue(out string? text) => text,
            { } node => node.ToJsonString(),
            null => null,
        };
        message.Content = string.IsNullOrEmpty(body) ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        foreach ((string name, JsonNode? values) in request["Headers"] as JsonObject ?? [])
        {
            Add(message, name, values is JsonArray several ? [.. several.Select(value => value?.ToString() ?? string.Empty)] : [values?.ToString() ?? string.Empty]);
        }

        using HttpResponseMessage answer = await _client.SendAsync(message, cancellationToken);
        var headers = new JsonObject();
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !IsOfTheLine(header.Key)))
        {
            headers[name] = string.Join(", ", values);
        }

        return new JsonObject
        {
            ["statusCode"] = (int)answer.StatusCode,
            ["headers"] = headers,
            ["body"] = await answer.Content.ReadAsStringAsync(cancellationToken),
        };
    }

    public void Dispose() => _client.Dispose();

    private static void Add(HttpRequestMessage message, string name, string[] values)
    {
        if (IsOfTheLine(name) || message.Headers.TryAddWithoutValidation(name, values))
        {
            return;
        }

        HttpContentHeaders? content = message.Content?.Headers;
        content?.TryAddWithoutValidation(name, values);
    }

    /// <summary>They belong to one connection, and each has its own.</summary>
    private static bool IsOfTheLine(string header) =>
        header.ToUpperInvariant() is "HOST" or "CONNECTION" or "KEEP-ALIVE" or "TRANSFER-ENCODING" or "CONTENT-LENGTH" or "UPGRADE" or "EXPECT";
}
