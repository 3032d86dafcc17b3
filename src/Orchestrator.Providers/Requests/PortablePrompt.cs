using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// A run's prompt as a model may be shown it that did not write all of it: its own items stay as they are, those of other models become
/// texts and calls, without their reasoning. The same prompt is always the same, and a longer one begins with the shorter.
/// </summary>
internal static class PortablePrompt
{
    /// <param name="reader">The model that is asked.</param>
    /// <param name="prompt">What it is shown.</param>
    /// <param name="formOf">The form of each dialect.</param>
    public static IReadOnlyList<PromptItem> For(Origin reader, IReadOnlyList<PromptItem> prompt, Func<Dialect, WireForm> formOf)
    {
        if (prompt.All(item => item is not PromptItem.ProviderItem other || other.Origin == reader))
        {
            return prompt;
        }

        Dictionary<string, string> ported = [];
        List<PromptItem> portable = new(prompt.Count);
        int number = 0;
        foreach (PromptItem item in prompt)
        {
            switch (item)
            {
                case PromptItem.ProviderItem own when own.Origin == reader:
                    // Two providers may give the same id: an output answers the last call before it.
                    foreach (RequestedCall call in formOf(reader.Dialect).Parse(own.Json).Calls)
                    {
                        ported.Remove(call.CallId);
                    }

                    portable.Add(own);
                    break;
                case PromptItem.ProviderItem foreign:
                    OutputItem read = formOf(foreign.Origin.Dialect).Parse(foreign.Json);
                    if (!string.IsNullOrWhiteSpace(read.Text))
                    {
                        portable.Add(new PromptItem.AssistantText(read.Text));
                    }

                    foreach (RequestedCall call in read.Calls)
                    {
                        // Not every dialect takes every letter and length: so the call gets a name that all of them take.
                        number++;
                        ported[call.CallId] = $"ported_{number}";
                        portable.Add(new PromptItem.AssistantCall(
                            call with { CallId = ported[call.CallId], Arguments = AsObject(call.Arguments) }));
                    }

                    break;
                case PromptItem.CallOutput output when ported.TryGetValue(output.CallId, out string? id):
                    portable.Add(output with { CallId = id });
                    break;
                default:
                    portable.Add(item);
                    break;
            }
        }

        return portable;
    }

    // A model's arguments need not be JSON, but some dialects carry nothing else.
    private static string AsObject(string arguments)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(arguments);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return arguments;
            }
        }
        catch (JsonException)
        {
            // Wrapped, like any other value that is no object.
        }

        return new JsonObject { ["arguments"] = arguments }.ToJsonString();
    }
}
