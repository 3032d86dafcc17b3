namespace Orchestrator.Providers.Scripted;

/// <summary>Errors as OpenAI's services write them, in the Responses and the Chat Completions dialect.</summary>
internal static class OpenAIError
{
    public static ReadOnlyMemory<byte> Of(Refusal refusal) => ScriptJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, refusal.Message);
        json.WriteString("type"u8, TypeOf(refusal));
        json.WriteString("param"u8, refusal.Parameter);
        json.WriteString("code"u8, refusal.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static string TypeOf(Refusal refusal) => (refusal.Status, refusal.Code) switch
    {
        (429, "insufficient_quota") => "insufficient_quota",
        (429, _) => "rate_limit_error",
        ( >= 500, _) => "server_error",
        _ => "invalid_request_error",
    };
}
