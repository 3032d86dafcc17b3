using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Chat;

/// <summary>Why a Chat Completion finished, in the dialect's own words and in those that gateways pass on from behind them.</summary>
internal static class FinishReason
{
    /// <exception cref="JsonException">It is absent, or nobody knows it.</exception>
    public static ReplyEnd EndOf(string? reason) => reason?.ToLowerInvariant() switch
    {
        "stop" or "tool_calls" or "function_call" or "end_turn" or "tool_use" or "stop_sequence" => ReplyEnd.Completed,
        "length" or "max_tokens" => ReplyEnd.MaxOutputTokens,

        // The model broke off in a call that is none; it is left out, as one that was cut.
        { } malformed when malformed.EndsWith("malformed_function_call", StringComparison.Ordinal) => ReplyEnd.MaxOutputTokens,
        "content_filter" or "refusal" or "safety" or "recitation" or "blocklist" or "prohibited_content" or "spii" => ReplyEnd.Refused,
        _ => throw new JsonException(reason is null ? "it doesn't say why it finished" : $"it finished for \"{reason}\""),
    };
}
