using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Transcripts;

/// <summary>Finds passages in a whole transcript, whatever of it a compaction has replaced since.</summary>
public static class TranscriptSearch
{
    /// <summary>Passages that are given; of more, the newest.</summary>
    public const int MostPassages = 20;

    /// <summary>Characters on each side of what was found.</summary>
    private const int Around = 160;

    /// <summary>Members of a provider's item that nobody has said; a call's name is in its place, and calls within it are by themselves.</summary>
    private static readonly HashSet<string> Unsaid =
    [
        "id", "call_id", "name", "type", "status", "role", "phase", "encrypted_content", "signature", "tool_calls", "extra_content",
    ];

    /// <param name="transcript">The whole transcript.</param>
    /// <param name="pattern">What is looked for; its own timeout bounds the search of one text.</param>
    /// <param name="isOver">Asked before each match: whether the search has taken long enough.</param>
    /// <param name="ignoredTool">A tool whose calls and results are passed over: the search itself would find what it was asked.</param>
    /// <exception cref="RegexMatchTimeoutException">A text took the pattern too long, or all of them did.</exception>
    public static IReadOnlyList<Passage> Find(
        IEnumerable<TranscriptEntry> transcript, Regex pattern, string ignoredTool, Func<bool> isOver)
    {
        var found = new Queue<Passage>();
        foreach (Said said in Texts(transcript).Where(said => said.Tool != ignoredTool))
        {
            int shownTo = 0;
            for (Match match = Next(null); match.Success; match = Next(match))
            {
                // What stands within the passage before is shown there.
                if (match.Index < shownTo)
                {
                    continue;
                }

                shownTo = match.Index + Math.Min(match.Length, Around) + Around;
                found.Enqueue(new Passage(said.Place, Excerpt(said.Text, match.Index, match.Length)));
                if (found.Count > MostPassages)
                {
                    found.Dequeue();
                }
            }

            Match Next(Match? match) =>
                isOver() ? throw new RegexMatchTimeoutException() : match is null ? pattern.Match(said.Text) : match.NextMatch();
        }

        return [.. found];
    }

    private static IEnumerable<Said> Texts(IEnumerable<TranscriptEntry> transcript)
    {
        var calls = new Dictionary<string, (int Turn, int Call, string Tool)>();
        int turn = -1;
        int call = 0;
        foreach (TranscriptEntry entry in transcript)
        {
            (turn, call) = entry.Turn == turn ? (turn, call) : (entry.Turn, 0);
            switch (entry.Kind)
            {
                case EntryKind.Instructions:
                    yield return new Said("the instructions", null, Encoding.UTF8.GetString(entry.Body.Span));
                    break;
                case EntryKind.User:
                    yield return new Said(turn == 0 ? "the task" : $"turn {turn}, told to you", null, Encoding.UTF8.GetString(entry.Body.Span));
                    break;
                case EntryKind.ProviderItem:
                    using (JsonDocument item = JsonDocument.Parse(entry.Body))
                    {
                        JsonElement root = item.RootElement;
                        if (CallOf(root) is null)
                        {
                            yield return new Said($"turn {turn}, said by you", null, string.Join('\n', SaidIn(root)));
                        }

                        foreach (JsonElement made in CallsIn(root))
                        {
                            (string id, string tool) = CallOf(made)!.Value;
                            call++;
                            calls[id] = (turn, call, tool);
                            yield return new Said($"turn {turn}, call {call} of {tool}", tool, string.Join('\n', SaidIn(made)));
                        }
                    }

                    break;
                case EntryKind.Screenshot:
                    break; // It has no words.
                case EntryKind.Observation:
                    (int ofTurn, int number, string name) = calls.GetValueOrDefault(entry.CallId!, (turn, 0, "a tool"));
                    yield return new Said($"turn {ofTurn}, result of call {number} of {name}", name, Encoding.UTF8.GetString(entry.Body.Span));
                    break;
            }
        }
    }

    /// <summary>The calls of an item: the item itself, or those that a message of Chat Completions lists.</summary>
    private static IEnumerable<JsonElement> CallsIn(JsonElement item) => CallOf(item) is not null
        ? [item]
        : item.TryGetProperty("tool_calls", out JsonElement listed) && listed.ValueKind == JsonValueKind.Array
            ? listed.EnumerateArray().Where(call => CallOf(call) is not null)
            : [];

    /// <summary>A call in whatever dialect; null for what is none.</summary>
    private static (string Id, string Tool)? CallOf(JsonElement item) => TextOf(item, "type") switch
    {
        "function_call" when TextOf(item, "call_id") is { } id => (id, TextOf(item, "name") ?? "a tool"),
        "custom_tool_call" when TextOf(item, "call_id") is { } id => (id, TextOf(item, "name") ?? "a tool"),
        "apply_patch_call" when TextOf(item, "call_id") is { } id => (id, ToolNames.ApplyPatch),
        "shell_call" when TextOf(item, "call_id") is { } id => (id, ToolNames.Bash),
        "computer_call" when TextOf(item, "call_id") is { } id => (id, ToolNames.Computer),
        "tool_use" when TextOf(item, "id") is { } id => (id, TextOf(item, "name") ?? "a tool"),
        "function" when TextOf(item, "id") is { } id && item.TryGetProperty("function", out JsonElement function) =>
            (id, TextOf(function, "name") ?? "a tool"),
        _ => null,
    };

    private static IEnumerable<string> SaidIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [Decoded(element)],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(SaidIn),
        JsonValueKind.Object => element.EnumerateObject().Where(member => !Unsaid.Contains(member.Name)).SelectMany(member => SaidIn(member.Value)),
        _ => [],
    };

    private static string Decoded(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which is no text.
            return text.GetRawText();
        }
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Excerpt(string text, int index, int length)
    {
        int from = Math.Max(0, index - Around);
        int to = Math.Min(text.Length, index + Math.Min(length, Around) + Around);
        from += from > 0 && char.IsLowSurrogate(text[from]) ? 1 : 0;
        to -= to < text.Length && char.IsLowSurrogate(text[to]) ? 1 : 0;
        return $"{(from > 0 ? "…" : string.Empty)}{text.AsSpan(from, to - from)}{(to < text.Length ? "…" : string.Empty)}";
    }

    /// <summary>A text with who said it.</summary>
    private readonly record struct Said(string Place, string? Tool, string Text);
}

/// <summary>Something that was found.</summary>
/// <param name="Place">Where: turn, call and who said it.</param>
/// <param name="Text">What, with a little around it.</param>
public sealed record Passage(string Place, string Text);
