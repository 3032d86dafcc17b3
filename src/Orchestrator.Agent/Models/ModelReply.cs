using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Models;

/// <summary>A whole answer of a model: it ended with a terminal event, no part of it is missing.</summary>
public sealed record ModelReply
{
    public required string ResponseId { get; init; }

    /// <summary>The model that answered, as the provider names it.</summary>
    public required string Model { get; init; }

    /// <summary>The tier that is billed, as the provider reports it.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>
    /// The answer's output items, verbatim UTF-8 JSON, in order; replayed unchanged. Half-written calls, and reasoning that nothing
    /// follows, are left out: a provider refuses to be shown them.
    /// </summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Items { get; init; }

    /// <summary>The tool calls among the items, in order.</summary>
    public required IReadOnlyList<RequestedCall> Calls { get; init; }

    /// <summary>The text of the answer's messages; empty if it has none.</summary>
    public required string Text { get; init; }

    public required TokenUsage Usage { get; init; }

    /// <summary>False where the endpoint reported no usage: <see cref="Usage"/> is then zero and the cost unknown.</summary>
    public bool IsUsageReported { get; init; } = true;

    /// <summary>What it is counted as: what the endpoint reports, and where it reports nothing all that was reserved, so that a budget holds.</summary>
    public TokenUsage CountedUsage(long inputTokens, int longestAnswer) => IsUsageReported ? Usage : new TokenUsage(inputTokens, 0, longestAnswer);

    public required ReplyEnd End { get; init; }

    /// <summary>Requests sent for this answer, the successful one included.</summary>
    public required int Attempts { get; init; }
}

/// <summary>A model's request to use a tool. Arguments are the model's own text, which need not be valid JSON.</summary>
public sealed record RequestedCall(string CallId, string Tool, string Arguments);

/// <summary>Tokens of one answer as the provider reports them.</summary>
/// <param name="InputTokens">All that the model was shown, whatever cache it came from or went to.</param>
/// <param name="CachedInputTokens">Those of them that were read from the provider's cache.</param>
/// <param name="OutputTokens">The answer, reasoning included.</param>
/// <param name="CacheWriteTokens">Those of the input that were written to the provider's cache, which some providers charge for.</param>
public sealed record TokenUsage(long InputTokens, long CachedInputTokens, long OutputTokens, long CacheWriteTokens = 0)
{
    public static TokenUsage None { get; } = new(0, 0, 0);

    /// <summary>What the conversation takes of the model's window, up to and with this answer.</summary>
    [JsonIgnore]
    public long ContextTokens => InputTokens + OutputTokens;

    public static TokenUsage operator +(TokenUsage left, TokenUsage right) => Add(left, right);

    public static TokenUsage Add(TokenUsage left, TokenUsage right) => new(
        left.InputTokens + right.InputTokens,
        left.CachedInputTokens + right.CachedInputTokens,
        left.OutputTokens + right.OutputTokens,
        left.CacheWriteTokens + right.CacheWriteTokens);

    /// <summary>A usage of reported numbers, of which nothing is certain: none is negative, and the parts of the input are within it.</summary>
    public static TokenUsage Within(long input, long? cached, long? cacheWrites, long output)
    {
        long all = Math.Max(input, 0);
        long read = Math.Clamp(cached ?? 0, 0, all);
        return new TokenUsage(all, read, Math.Max(output, 0), Math.Clamp(cacheWrites ?? 0, 0, all - read));
    }
}

/// <summary>Why a model stopped.</summary>
public enum ReplyEnd
{
    Completed,

    /// <summary>The output limit was reached; half-written calls are not among the reply's calls.</summary>
    MaxOutputTokens,

    /// <summary>The provider's filter or the model refused.</summary>
    Refused,
}
