using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// What errors mean whose code says nothing, by phrases of their text. One table for all dialects: gateways pass on the texts of whoever is
/// behind them.
/// </summary>
internal static class ErrorTexts
{
    private static readonly (string Phrase, ProviderFailure Failure)[] Known =
    [
        // OpenAI and Azure, in Chat Completions and in Responses; the first also vLLM.
        ("maximum context length", ProviderFailure.ContextTooLong),
        ("exceeds the context window", ProviderFailure.ContextTooLong),

        // Anthropic, of the prompt alone and of prompt and answer.
        ("prompt is too long", ProviderFailure.ContextTooLong),
        ("exceed context limit", ProviderFailure.ContextTooLong),

        // Gemini.
        ("exceeds the maximum number of tokens allowed", ProviderFailure.ContextTooLong),

        // vLLM, of a prompt that is too long by itself.
        ("longer than the maximum model length", ProviderFailure.ContextTooLong),

        // LiteLLM, before the text of whoever is behind it.
        ("ContextWindowExceededError", ProviderFailure.ContextTooLong),

        // llama.cpp.
        ("exceeds the available context size", ProviderFailure.ContextTooLong),

        // Gemini, with the status of a request that is wrong.
        ("API key not valid", ProviderFailure.Unauthorized),
        ("API key expired", ProviderFailure.Unauthorized),

        // Anthropic, with the status of a request that is wrong.
        ("credit balance is too low", ProviderFailure.QuotaSpent),
    ];

    /// <summary>Null for a text that nobody knows.</summary>
    public static ErrorMeaning? MeaningOf(string text) => Known
        .Where(known => text.Contains(known.Phrase, StringComparison.OrdinalIgnoreCase))
        .Select(known => (ErrorMeaning?)new ErrorMeaning(known.Failure, IsTransient: false))
        .FirstOrDefault();
}
