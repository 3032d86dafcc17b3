namespace Orchestrator.Providers.Scripted;

/// <summary>An error as the real service words it; each dialect has its own way to write it.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Code">The dialect's word for it, where it has one.</param>
/// <param name="Parameter">What of the request it is about.</param>
internal sealed record Refusal(string Message, string? Code, string? Parameter)
{
    public static Refusal NoJson { get; } = new("We could not parse the JSON body of your request.", "invalid_json", null);

    public int Status { get; init; } = 400;

    /// <summary>How OpenAI's services word the failures that come in place of an answer.</summary>
    public static Refusal For(ScriptFailure failure) => failure.Kind switch
    {
        FailureKind.Quota => new Refusal("You exceeded your current quota.", "insufficient_quota", null) { Status = 429 },
        FailureKind.ContextLength => new Refusal("Your input exceeds the context window of this model.", "context_length_exceeded", "input"),
        _ => OfStatus(failure.Status),
    };

    private static Refusal OfStatus(int status)
    {
        string code = status switch
        {
            401 => "invalid_api_key",
            403 => "permission_denied",
            404 => "model_not_found",
            429 => "rate_limit_exceeded",
            503 => "server_is_overloaded",
            >= 500 => "server_error",
            _ => "invalid_request",
        };
        return new Refusal($"The script asks for the status {status} here.", code, null) { Status = status };
    }
}
