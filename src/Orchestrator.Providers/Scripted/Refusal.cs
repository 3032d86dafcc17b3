using System.Buffers;
using System.Text.Json;

namespace Orchestrator.Providers.Scripted;

/// <summary>An error as the real service words it.</summary>
internal sealed record Refusal(string Message, string? Code, string? Parameter)
{
    public static Refusal Quota { get; } = new("You exceeded your current quota.", "insufficient_quota", null)
    {
        Status = 429,
        Type = "insufficient_quota",
    };

    public static Refusal ContextLength { get; } =
        new("Your input exceeds the context window of this model.", "context_length_exceeded", "input");

    public int Status { get; init; } = 400;

    public string Type { get; init; } = "invalid_request_error";

    /// <summary>The refusal that goes with a status when a script asks for nothing but the status.</summary>
    public static Refusal OfStatus(int status)
    {
        (string code, string type) = status switch
        {
            401 => ("invalid_api_key", "invalid_request_error"),
            403 => ("permission_denied", "invalid_request_error"),
            404 => ("model_not_found", "invalid_request_error"),
            429 => ("rate_limit_exceeded", "rate_limit_error"),
            503 => ("server_is_overloaded", "server_error"),
            >= 500 => ("server_error", "server_error"),
            _ => ("invalid_request", "invalid_request_error"),
        };
        return new Refusal($"The script asks for the status {status} here.", code, null) { Status = status, Type = type };
    }

    public ReadOnlyMemory<byte> ToJson()
    {
        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter json = new(written, ScriptedAnswer.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("message"u8, Message);
            json.WriteString("type"u8, Type);
            json.WriteString("param"u8, Parameter);
            json.WriteString("code"u8, Code);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return written.WrittenMemory;
    }
}
