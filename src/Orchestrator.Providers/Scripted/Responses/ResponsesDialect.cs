using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>The Responses dialect: streams, whole answers and answers in the background, turns and compactions.</summary>
internal sealed class ResponsesDialect(TimeProvider clock) : IScriptedDialect
{
    /// <summary>The answers that are fetched later.</summary>
    public BackgroundAnswers Background { get; } = new(clock);

    public Refusal? FindFault(JsonElement body, IHeaderDictionary headers) => RequestRules.FindFault(body);

    public ScriptedRequest Read(JsonElement body) => ResponsesRequest.Read(body);

    /// <summary><c>POST /responses/input_tokens</c>.</summary>
    public async Task CountAsync(HttpContext http)
    {
        using JsonDocument? body = await http.AcceptAsync(RequestRules.FindFaultInCount, Error);
        if (body is not null)
        {
            await http.SendAsync(ScriptJson.Write(new JsonObject { ["object"] = "response.input_tokens", ["input_tokens"] = Read(body.RootElement).InputTokens }));
        }
    }

    public Refusal RefusalFor(ScriptFailure failure) => Refusal.For(failure);

    public ReadOnlyMemory<byte> Error(Refusal refusal) => OpenAIError.Of(refusal);

    public IScriptedAnswer Answer(ScriptTurn turn, ScriptedRequest request, AnswerEnd end)
    {
        IReadOnlyList<ScriptedItem> items = ResponsesItems.Of(turn, request);
        string id = $"resp_scripted_{request.Turn}";
        var response = new ResponseObject(
            request.IsBackground ? $"{id}_{Guid.NewGuid():N}" : id, items, ResponsesItems.UsageOf(items, turn, request), end, clock.GetUtcNow())
        {
            IsBackground = request.IsBackground,
        };
        if (request.IsBackground)
        {
            Background.Begin(response, turn.Delay);
        }

        return new ResponsesAnswer(response);
    }
}
