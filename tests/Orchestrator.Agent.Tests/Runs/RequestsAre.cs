using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>What must hold of the requests of any run.</summary>
internal static class RequestsAre
{
    /// <summary>
    /// Each request begins with the whole of the one before, but for those where a compaction was recorded; and each answers every call
    /// exactly once. A question for a summary stands behind the prompt and is no part of it; where the prompt doesn't fit, it stands
    /// behind a part of it.
    /// </summary>
    /// <param name="requests">The requests.</param>
    /// <param name="changes">How often the answers of the run say that they saw the transcript through another compaction than the one before.</param>
    public static void Sound(IReadOnlyList<ModelRequest> requests, int changes)
    {
        string[] before = [];
        int breaks = 0;
        foreach (ModelRequest request in requests)
        {
            string[] lines = [.. PromptOf(request).Select(Line)];
            bool goesOn = before.SequenceEqual(lines.Take(before.Length));
            if (request.AsksForSummary() && !goesOn)
            {
                string[] kept = [.. before.Where(lines.Contains)];
                Assert.Equal(kept, lines.Take(kept.Length));
            }
            else
            {
                breaks += goesOn ? 0 : 1;
                before = lines;
            }

            IEnumerable<string> asked = request.Prompt.OfType<PromptItem.ProviderItem>().Select(CallId).OfType<string>();
            Assert.Equal(asked.Order(), request.Prompt.OfType<PromptItem.CallOutput>().Select(output => output.CallId).Order());
        }

        Assert.Equal(changes, breaks);
    }

    /// <summary>Whether a request asks for a summary.</summary>
    public static bool AsksForSummary(this ModelRequest request) =>
        request.Prompt[^1] is PromptItem.UserMessage { Text: var text } && text.StartsWith(PortableSummary.Heading, StringComparison.Ordinal);

    private static IEnumerable<PromptItem> PromptOf(ModelRequest request) => request.AsksForSummary() ? request.Prompt.SkipLast(1) : request.Prompt;

    private static string Line(PromptItem item) => item switch
    {
        PromptItem.ProviderItem reply => Encoding.UTF8.GetString(reply.Json.Span),
        _ => item.ToString(),
    };

    private static string? CallId(PromptItem.ProviderItem item)
    {
        using JsonDocument document = JsonDocument.Parse(item.Json);
        return document.RootElement.TryGetProperty("call_id", out JsonElement id) ? id.GetString() : null;
    }
}
