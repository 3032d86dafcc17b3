using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Chat;

/// <summary>The Chat Completions dialect, with thought signatures on calls as Gemini's endpoint has them.</summary>
internal sealed class ChatDialect(TimeProvider clock) : IScriptedDialect
{
    private const int BytesPerToken = 4;

    public Refusal? FindFault(JsonElement body, IHeaderDictionary headers) => ChatRules.FindFault(body);

    /// <param name="body">A request that has passed <see cref="ChatRules"/>.</param>
    public ScriptedRequest Read(JsonElement body)
    {
        JsonElement[] messages = [.. body.Elements("messages")];
        int newestAnswer = Array.FindLastIndex(messages, IsAnswer);
        long tokens = ScriptedRequest.TokensIn(body);
        long cached = newestAnswer < 0 ? 0 : tokens - messages.Skip(newestAnswer).Sum(ScriptedRequest.TokensIn);
        int highest = messages.SelectMany(message => message.Elements("tool_calls")).Max(call => ScriptedRequest.TurnOf(call.Text("id"))) ?? 0;
        return new ScriptedRequest
        {
            Turn = Math.Max(highest, messages.Count(IsAnswer)) + 1,
            Stream = body.Member("stream") is { ValueKind: JsonValueKind.True },
            WantsUsage = body.Member("stream_options")?.Member("include_usage") is { ValueKind: JsonValueKind.True },
            AsksForSummary = messages.Length > 0 && ScriptedRequest.IsSummaryQuestion(TextOf(messages[^1])),
            CacheKey = body.Text("prompt_cache_key") ?? body.Text("user") ?? "",
            Observation = string.Join("\n", messages.Skip(newestAnswer + 1).Select(TextOf)),
            Opening = string.Join("\n", messages.TakeWhile(message => !IsAnswer(message)).Select(TextOf)),
            InputTokens = tokens,
            CachedTokens = ScriptedRequest.Cacheable(cached),
        };
    }

    public IScriptedAnswer Answer(ScriptTurn turn, ScriptedRequest request, AnswerEnd end)
    {
        ScriptUsage usage = turn.Usage ?? new ScriptUsage(
            request.InputTokens,
            request.CachedTokens,
            ((turn.Text?.Length ?? 0) + turn.Calls.Sum(call => call.Arguments.Length)) / BytesPerToken);
        return new ChatAnswer(turn, request, usage, end, clock.GetUtcNow());
    }

    public Refusal RefusalFor(ScriptFailure failure) => Refusal.For(failure);

    public ReadOnlyMemory<byte> Error(Refusal refusal) => OpenAIError.Of(refusal);

    private static bool IsAnswer(JsonElement message) => message.Text("role") == "assistant";

    private static string TextOf(JsonElement message) =>
        message.Text("content") ?? string.Concat(message.Elements("content").Select(part => part.Text("text")));
}
