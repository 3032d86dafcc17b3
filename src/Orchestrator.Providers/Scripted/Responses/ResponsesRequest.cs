using System.Text.Json;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>Reads requests of the Responses dialect.</summary>
internal static class ResponsesRequest
{
    /// <param name="body">A request that has passed <see cref="RequestRules"/>.</param>
    public static ScriptedRequest Read(JsonElement body)
    {
        IReadOnlyList<JsonElement> input = [.. body.Elements("input")];
        int newestAnswer = StartOfNewestAnswer(input);
        int sinceAnswer = input.ToList().FindLastIndex(item => IsFromModel(item) && !IsReasoning(item)) + 1;
        long tokens = ScriptedRequest.TokensIn(body);
        long cached = newestAnswer == 0 ? 0 : tokens - input.Skip(newestAnswer).Sum(ScriptedRequest.TokensIn);

        return new ScriptedRequest
        {
            Turn = CountAnswers(input) + 1,
            Stream = body.Member("stream") is { ValueKind: JsonValueKind.True },
            IsBackground = body.Member("background") is { ValueKind: JsonValueKind.True },
            AsksForCompaction = input.Count > 0 && input[^1].Text("type") == "compaction_trigger",
            AsksForSummary = input.Count > 0 && ScriptedRequest.IsSummaryQuestion(TextOf(input[^1])),
            CacheKey = body.Text("prompt_cache_key") ?? "",
            Observation = body.Text("input") ?? string.Join("\n", input.Skip(sinceAnswer).Select(TextOf)),
            Opening = body.Text("input") ?? string.Join("\n", input.TakeWhile(item => !IsFromModel(item)).Select(TextOf)),
            NativeTools = body.Elements("tools").Select(NativeToolOf).OfType<string>().ToHashSet(),
            InputTokens = tokens,
            CachedTokens = ScriptedRequest.Cacheable(cached),
        };
    }

    private static string? NativeToolOf(JsonElement tool) => tool.Text("type") switch
    {
        "custom" => $"custom:{tool.Text("name")}",
        "function" => null,
        string type => type,
        null => null,
    };

    private static bool IsFromModel(JsonElement item) => item.Text("type") switch
    {
        "reasoning" or "compaction" => true,
        null or "message" => item.Text("role") == "assistant",
        string type => type.EndsWith("_call", StringComparison.Ordinal),
    };

    private static bool IsReasoning(JsonElement item) => item.Text("type") == "reasoning";

    // The highest mark counts, since compaction may have taken the first answers away. Items without our mark come from another
    // model, or from a client that drops ids; there an answer is what stands together. Reasoning alone is no answer: some clients
    // keep it of one that broke off.
    private static int CountAnswers(IReadOnlyList<JsonElement> input)
    {
        int highest = 0;
        HashSet<int> marked = [];
        int unmarked = 0;
        bool wasUnmarked = false;
        foreach (JsonElement item in input.Where(item => !IsReasoning(item)))
        {
            int? mark = IsFromModel(item) ? ScriptedRequest.TurnOf(item.Text("id") ?? item.Text("call_id") ?? SealedContent.ItemIdIn(item.Text("encrypted_content"))) : null;
            if (mark is { } turn)
            {
                marked.Add(turn);
                highest = Math.Max(highest, turn);
            }

            bool isUnmarked = IsFromModel(item) && mark is null;
            unmarked += isUnmarked && !wasUnmarked ? 1 : 0;
            wasUnmarked = isUnmarked;
        }

        return Math.Max(highest, marked.Count + unmarked);
    }

    private static int StartOfNewestAnswer(IReadOnlyList<JsonElement> input)
    {
        int last = input.ToList().FindLastIndex(IsFromModel);
        while (last > 0 && IsFromModel(input[last - 1]))
        {
            last--;
        }

        return Math.Max(last, 0);
    }

    private static string TextOf(JsonElement item)
    {
        string content = item.Text("type")?.EndsWith("_call_output", StringComparison.Ordinal) is true ? "output" : "content";
        return item.Text(content) ?? string.Concat(item.Elements(content).Select(part => part.Text("text") ?? $"{part.Text("stdout")}{part.Text("stderr")}"));
    }
}
