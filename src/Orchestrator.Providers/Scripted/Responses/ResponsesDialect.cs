using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Providers.Responses;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>The Responses dialect: streams and whole answers, answers in the background, and compaction.</summary>
internal sealed class ResponsesDialect(TimeProvider clock) : IScriptedDialect
{
    private const int TokensForReasoning = 32;
    private const int BytesPerToken = 4;

    /// <summary>The answers that are fetched later.</summary>
    public BackgroundAnswers Background { get; } = new(clock);

    public Refusal? FindFault(JsonElement body, IHeaderDictionary headers) => RequestRules.FindFault(body);

    public ScriptedRequest Read(JsonElement body) => ResponsesRequest.Read(body);

    public ReadOnlyMemory<byte> Error(Refusal refusal) => OpenAIError.Of(refusal);

    public IScriptedAnswer Answer(ScriptTurn turn, ScriptedRequest request, AnswerEnd end)
    {
        IReadOnlyList<ScriptedItem> items =
            request.IsCompaction ? [ResponsesItems.Compaction(request.Turn - 1)] : ResponsesItems.Of(turn, request.Turn);
        string id = $"resp_scripted_{request.Turn}";
        var response = new ResponseObject(
            request.IsBackground ? $"{id}_{Guid.NewGuid():N}" : id, items, turn.Usage ?? Estimate(request, items), end, clock.GetUtcNow())
        {
            IsBackground = request.IsBackground,
        };
        if (request.IsBackground)
        {
            Background.Begin(response, turn.Delay);
        }

        return new ResponsesAnswer(response);
    }

    /// <summary>Answers <c>POST /responses/compact</c>: what people said, word for word, and one item for all the rest.</summary>
    public ReadOnlyMemory<byte> Compact(JsonElement body)
    {
        ScriptedRequest request = ResponsesRequest.Read(body);
        ScriptedItem compaction = ResponsesItems.Compaction(request.Turn - 1);
        return ScriptJson.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, $"resp_scripted_{request.Turn}");
            json.WriteString("object"u8, "response.compaction"u8);
            json.WriteNumber("created_at"u8, clock.GetUtcNow().ToUnixTimeSeconds());
            json.WriteStartArray("output"u8);
            foreach (JsonElement said in body.Elements("input").Where(item => item.Text("role") == "user"))
            {
                said.WriteTo(json);
            }

            json.WriteRawValue(compaction.ToJson("completed", "").Span);
            json.WriteEndArray();
            json.WritePropertyName("usage"u8);
            ResponseObject.WriteUsage(json, Estimate(request, [compaction]));
            json.WriteEndObject();
        });
    }

    private static ScriptUsage Estimate(ScriptedRequest request, IReadOnlyList<ScriptedItem> items) => new(
        request.InputTokens, request.CachedTokens, TokensForReasoning + (items.Sum(item => item.Content.Length) / BytesPerToken));
}
