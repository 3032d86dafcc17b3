using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Compactions;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted;

/// <summary>A request as a scripted model sees it: which turn it asks for, and what came since the last answer.</summary>
internal sealed partial record ScriptedRequest
{
    private const int BytesPerToken = 4;

    /// <summary>The turn to play, from 1: one more than the answers that the input shows.</summary>
    public required int Turn { get; init; }

    public required bool Stream { get; init; }

    /// <summary>Tells runs apart; empty for a client that sends none.</summary>
    public required string CacheKey { get; init; }

    /// <summary>The text that came since the last answer: outputs of calls and messages.</summary>
    public required string Observation { get; init; }

    /// <summary>It asks for a hand-over, and for no turn.</summary>
    public required bool AsksForSummary { get; init; }

    /// <summary>It asks for the endpoint's own compaction, and for no turn.</summary>
    public required bool AsksForCompaction { get; init; }

    /// <summary>An estimate, since a scripted model has no tokens.</summary>
    public required long InputTokens { get; init; }

    /// <summary>What a prompt cache would know: all that was sent when the last answer was asked for.</summary>
    public required long CachedTokens { get; init; }

    /// <param name="body">A request that has passed <see cref="RequestRules"/>.</param>
    public static ScriptedRequest Read(JsonElement body)
    {
        IReadOnlyList<JsonElement> input = [.. body.Elements("input")];
        int newestAnswer = StartOfNewestAnswer(input);
        int sinceAnswer = input.ToList().FindLastIndex(item => IsFromModel(item) && !IsReasoning(item)) + 1;
        long cached = newestAnswer == 0 ? 0 : TokensIn(body) - input.Skip(newestAnswer).Sum(TokensIn);

        return new ScriptedRequest
        {
            Turn = CountAnswers(input) + 1,
            Stream = body.Member("stream") is { ValueKind: JsonValueKind.True },
            CacheKey = body.Text("prompt_cache_key") ?? "",
            Observation = body.Text("input") ?? string.Join("\n", input.Skip(sinceAnswer).Select(TextOf)),
            AsksForCompaction = input.Count > 0 && input[^1].Text("type") == "compaction_trigger",
            AsksForSummary = input.Count > 0 && TextOf(input[^1]).StartsWith(PortableSummary.Heading, StringComparison.Ordinal),
            InputTokens = TokensIn(body),
            CachedTokens = cached < 1024 ? 0 : cached - (cached % 128),
        };
    }

    public static bool IsFromModel(JsonElement item) => item.Text("type") switch
    {
        "reasoning" => true,
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
            int? mark = IsFromModel(item) ? MarkOf(item) : null;
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

    private static int? MarkOf(JsonElement item)
    {
        Match match = Mark().Match(item.Text("id") ?? item.Text("call_id") ?? "");
        return match.Success ? int.Parse(match.Groups[1].ValueSpan) : null;
    }

    private static string TextOf(JsonElement item)
    {
        string content = item.Text("type") == "function_call_output" ? "output" : "content";
        return item.Text(content) ?? string.Concat(item.Elements(content).Select(part => part.Text("text")));
    }

    private static long TokensIn(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).Length / BytesPerToken;

    [GeneratedRegex(@"^[a-z]+_scripted_(\d{1,6})_\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
