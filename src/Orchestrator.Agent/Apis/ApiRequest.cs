using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Agent.Apis;

/// <summary>A request to a server that speaks JSON.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Below the address of the API.</param>
/// <param name="What">What it is about, for messages.</param>
public sealed record ApiRequest(HttpMethod Method, string Path, string What)
{
    public byte[]? Body { get; private init; }

    public string BodyType { get; private init; } = "application/json";

    public ApiRequest With<T>(T body, JsonTypeInfo<T> form, string? type = null) =>
        this with { Body = JsonSerializer.SerializeToUtf8Bytes(body, form), BodyType = type ?? BodyType };

    /// <summary>The message that asks for it.</summary>
    /// <param name="api">The address of the API.</param>
    public HttpRequestMessage ToMessage(Uri api)
    {
        var message = new HttpRequestMessage(Method, new Uri($"{api.AbsoluteUri.TrimEnd('/')}/{Path}"))
        {
            Content = Body is null ? null : new ByteArrayContent(Body) { Headers = { ContentType = new MediaTypeHeaderValue(BodyType) } },
        };
        message.Headers.Accept.ParseAdd("application/json");
        message.Headers.UserAgent.ParseAdd("orchestrator");
        return message;
    }
}
