using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Messages;

/// <summary>Anthropic's Messages dialect.</summary>
internal sealed class MessagesDialect : IScriptedDialect
{
    private const int TokensForThinking = 32;
    private const int BytesPerToken = 4;

    public Refusal? FindFault(JsonElement body, IHeaderDictionary headers) => FindFaultyHeader(body, headers) ?? MessagesRules.FindFault(body);

    /// <summary><c>POST /messages/count_tokens</c>.</summary>
    public async Task CountAsync(HttpContext http)
    {
        using JsonDocument? body = await http.AcceptAsync(
            read => FindFaultyHeader(read, http.Request.Headers) ?? MessagesRules.FindFaultInCount(read), Error);
        if (body is not null)
        {
            await http.SendAsync(ScriptJson.Write(new JsonObject { ["input_tokens"] = Read(body.RootElement).InputTokens }));
        }
    }

    /// <param name="body">A request that has passed <see cref="MessagesRules"/>.</param>
    public ScriptedRequest Read(JsonElement body)
    {
        JsonElement[] messages = [.. CompactionRules.MessagesRead(body)];
        int newestAnswer = Array.FindLastIndex(messages, IsAnswer);
        long tokens = ScriptedRequest.TokensIn(body);
        long cached = newestAnswer < 0 || !MessagesRules.CacheMarks(body).Any()
            ? 0
            : tokens - messages.Skip(newestAnswer).Sum(ScriptedRequest.TokensIn);
        int compacted = CompactionRules.TurnOfNewest(body) ?? 0;
        int highest = messages.Where(IsAnswer).SelectMany(message => message.Elements("content")).Max(block => TurnOf(block)) ?? compacted;
        return new ScriptedRequest
        {
            Turn = Math.Max(highest, messages.Count(IsAnswer)) + 1,
            Stream = body.Member("stream") is { ValueKind: JsonValueKind.True },
            AsksForCompaction = CompactionRules.Stops(body, tokens),
            AsksForSummary = ScriptedRequest.IsSummaryQuestion(LastTextOf(messages[^1])),
            CacheKey = body.Member("metadata")?.Text("user_id") ?? "",
            Observation = string.Join("\n", messages.Skip(newestAnswer + 1).Select(TextOf)),
            Opening = string.Join("\n", messages.TakeWhile(message => !IsAnswer(message)).Select(TextOf)),
            InputTokens = tokens,
            CachedTokens = ScriptedRequest.Cacheable(cached),
        };
    }

    public IScriptedAnswer Answer(ScriptTurn turn, ScriptedRequest request, AnswerEnd end)
    {
        IReadOnlyList<ScriptedBlock> blocks = request.AsksForCompaction
            ? [ScriptedBlock.Compaction(request.Turn - 1, turn.Text!)]
            : ScriptedBlock.Of(turn, request.Turn);
        ScriptUsage usage = turn.Usage ?? new ScriptUsage(
            request.InputTokens, request.CachedTokens, TokensForThinking + (blocks.Sum(block => block.Content.Length) / BytesPerToken));
        return new MessagesAnswer($"msg_scripted_{request.Turn}", blocks, usage, end);
    }

    public Refusal RefusalFor(ScriptFailure failure) => failure.Kind switch
    {
        FailureKind.Quota => new Refusal("Your credit balance is too low to access the API.", null, null) { Status = 402 },
        FailureKind.ContextLength => new Refusal("prompt is too long: more tokens than the maximum", null, null),
        _ => Refusal.For(failure),
    };

    public ReadOnlyMemory<byte> Error(Refusal refusal) => ScriptJson.Write(ErrorOf(refusal));

    public static JsonObject ErrorOf(Refusal refusal) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject
        {
            ["type"] = refusal.Status switch
            {
                401 => "authentication_error",
                402 => "billing_error",
                403 => "permission_error",
                404 => "not_found_error",
                413 => "request_too_large",
                429 => "rate_limit_error",
                529 => "overloaded_error",
                >= 500 => "api_error",
                _ => "invalid_request_error",
            },
            ["message"] = refusal.Message,
        },
    };

    private static Refusal? FindFaultyHeader(JsonElement body, IHeaderDictionary headers) => string.IsNullOrEmpty(headers["anthropic-version"])
        ? new Refusal("anthropic-version: header is required", null, null)
        : CompactionRules.FindMissingPreview(body, headers) ?? MessagesRules.FindMissingPreview(body, headers);

    private static bool IsAnswer(JsonElement message) => message.Text("role") == "assistant";

    private static int? TurnOf(JsonElement block) => ScriptedRequest.TurnOf(block.Text("id")) ?? ScriptedBlock.TurnOfSignature(block.Text("signature"));

    private static string LastTextOf(JsonElement message) =>
        message.Text("content") ?? message.Elements("content").Select(block => block.Text("text")).LastOrDefault() ?? "";

    private static string TextOf(JsonElement message) => message.Text("content") ?? string.Join("\n", message.Elements("content").Select(block =>
        block.Text("text") ?? block.Text("content") ?? string.Concat(block.Elements("content").Select(part => part.Text("text")))));
}
