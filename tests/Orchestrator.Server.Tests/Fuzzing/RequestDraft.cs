using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Server.Tests.Fuzzing;

/// <summary>A request as no sensible program would send it, drawn from a seed.</summary>
internal sealed record RequestDraft(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[]? Body, string? ContentType)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "QUERY"];

    private static readonly string[] ContentTypes =
        ["application/json", "application/json; charset=utf-8", "application/yaml", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "x/y", "*/*"];

    private static readonly string[] OtherHeaders =
        ["Last-Event-ID", "If-None-Match", "Range", "Cookie", "Origin", "Sec-Fetch-Site", "Content-Encoding", "X-HTTP-Method-Override", "Forwarded", "X-Forwarded-For"];

    private static readonly string[] FormFields = ["digest", "decision", "answer", "reason", "edited", "token", "code", "returnUrl", "text", "file", "line", "key", "on"];

    public static RequestDraft Draw(Random random, IReadOnlyList<Operation> operations, IReadOnlyList<string> ids)
    {
        Operation operation = operations[random.Next(operations.Count)];
        string method = random.Next(25) == 0 ? Methods[random.Next(Methods.Length)] : operation.Method;
        (byte[]? body, string? contentType) = method is "GET" or "HEAD" or "TRACE" ? (null, null) : BodyOf(random, operation);
        return new RequestDraft(method, TargetOf(random, operation, ids), [.. HeadersOf(random, operation)], body, contentType);
    }

    public HttpRequestMessage ToMessage(Uri server)
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(server, Target));
        foreach ((string name, string value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.ContentType = ContentType is null ? null : MediaTypeHeaderValue.Parse(ContentType);
        }

        return message;
    }

    private static string TargetOf(Random random, Operation operation, IReadOnlyList<string> ids)
    {
        var target = new StringBuilder();
        foreach (string part in operation.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string value = !part.Contains('{', StringComparison.Ordinal) ? part
                : random.Next(2) == 0 ? ids[random.Next(ids.Count)]
                : StrangeValues.Text(random);
            target.Append('/').Append(Uri.EscapeDataString(value.Length > 300 ? value[..300] : value));
        }

        if (target.Length == 0)
        {
            target.Append('/');
        }

        char mark = '?';
        foreach (string name in operation.Query.Where(_ => random.Next(2) == 0))
        {
            string value = random.Next(3) == 0 ? StrangeValues.Number(random) : StrangeValues.Text(random);
            target.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value.Length > 300 ? value[..300] : value));
            mark = '&';
        }

        return target.ToString();
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(Random random, Operation operation)
    {
        foreach (string name in operation.Headers.Where(_ => random.Next(2) == 0))
        {
            yield return new(name, Sendable(random.Next(3) == 0 ? "key" : StrangeValues.Text(random)));
        }

        if (random.Next(8) == 0)
        {
            yield return new("Accept", random.Next(2) == 0 ? "text/html" : Sendable(StrangeValues.Text(random)));
        }

        if (random.Next(15) == 0)
        {
            yield return new(OtherHeaders[random.Next(OtherHeaders.Length)], Sendable(StrangeValues.Text(random)));
        }
    }

    /// <summary>What a client can put into a header at all.</summary>
    private static string Sendable(string text) => new([.. text.Where(character => character is >= ' ' and < (char)0x7f).Take(300)]);

    private static (byte[]? Body, string? ContentType) BodyOf(Random random, Operation operation)
    {
        if (operation.IsForm)
        {
            string form = string.Join('&', FormFields.Where(_ => random.Next(2) == 0).Select(name => $"{name}={Uri.EscapeDataString(StrangeValues.Text(random))}"));
            return (Encoding.UTF8.GetBytes(form), random.Next(10) == 0 ? ContentTypes[random.Next(ContentTypes.Length)] : "application/x-www-form-urlencoded");
        }

        JsonNode? value = operation.Body is { } schema && random.Next(10) > 0 ? OfSchema(random, schema) : StrangeValues.Json(random);
        string text = value?.ToJsonString() ?? "null";
        if (random.Next(20) == 0 && text.StartsWith("{\"", StringComparison.Ordinal))
        {
            text = $"{text[..^1]},{text[1..]}"; // Every key twice.
        }

        byte[] body = random.Next(5) == 0 ? StrangeValues.Mutated(random, text) : Encoding.UTF8.GetBytes(text);
        return (random.Next(30) == 0 ? null : body, random.Next(10) == 0 ? ContentTypes[random.Next(ContentTypes.Length)] : "application/json");
    }

    private static JsonObject OfSchema(Random random, JsonObject schema)
    {
        var made = new JsonObject();
        foreach ((string name, _) in schema["properties"]?.AsObject() ?? [])
        {
            if (random.Next(6) > 0)
            {
                made[name] = random.Next(3) == 0 ? StrangeValues.Json(random) : JsonValue.Create(StrangeValues.Text(random));
            }
        }

        if (random.Next(10) == 0)
        {
            made[StrangeValues.Text(random)] = StrangeValues.Json(random);
        }

        return made;
    }
}
