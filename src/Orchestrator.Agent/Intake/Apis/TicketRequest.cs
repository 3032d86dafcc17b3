using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Agent.Intake.Apis;

/// <summary>A request to a ticket system.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Below the address of the source's API.</param>
/// <param name="What">What it is about, for messages.</param>
internal sealed record TicketRequest(HttpMethod Method, string Path, string What)
{
    public byte[]? Body { get; private init; }

    public string BodyType { get; private init; } = "application/json";

    public TicketRequest With<T>(T body, JsonTypeInfo<T> form, string? type = null) =>
        this with { Body = JsonSerializer.SerializeToUtf8Bytes(body, form), BodyType = type ?? BodyType };
}
