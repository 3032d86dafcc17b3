using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>What must hold of the requests of any run.</summary>
internal static class RequestsAre
{
    /// <summary>Each request begins with the whole of the one before, and answers every call exactly once.</summary>
    public static void Sound(IReadOnlyList<ModelRequest> requests)
    {
        string[] before = [];
        foreach (ModelRequest request in requests)
        {
            string[] lines = [.. request.Prompt.Select(Line)];
            Assert.Equal(before, lines.Take(before.Length));
            before = lines;

            IEnumerable<string> asked = request.Prompt.OfType<PromptItem.ProviderItem>().Select(CallId).OfType<string>();
            Assert.Equal(asked.Order(), request.Prompt.OfType<PromptItem.CallOutput>().Select(output => output.CallId).Order());
        }
    }

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
