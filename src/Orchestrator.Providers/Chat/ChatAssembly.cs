using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Chat;

/// <summary>Puts a streamed Chat Completion together from its chunks, with every member that the endpoint sent.</summary>
internal sealed class ChatAssembly
{
    private readonly JsonObject _completion = [];
    private readonly JsonObject _message = [];
    private JsonNode? _finishReason;

    public void Add(JsonElement chunk)
    {
        JsonObject piece = JsonMerge.ToObject(chunk);
        if (piece["choices"] is JsonArray choices && choices.OfType<JsonObject>().FirstOrDefault() is { } choice)
        {
            if (choice["delta"] is JsonObject delta)
            {
                JsonMerge.Merge(_message, delta);
            }

            _finishReason = choice["finish_reason"]?.DeepClone() ?? _finishReason;
        }

        // Each chunk repeats what it belongs to; the usage comes once, or grows.
        foreach (string name in new[] { "id", "model", "service_tier", "usage" })
        {
            if (piece[name] is { } value)
            {
                _completion[name] = value.DeepClone();
            }
        }
    }

    /// <summary>The completion as it would have come in one piece.</summary>
    public JsonElement ToCompletion()
    {
        _completion["choices"] = new JsonArray(new JsonObject { ["finish_reason"] = _finishReason, ["message"] = _message });
        return JsonDocument.Parse(JsonMerge.ToUtf8(_completion)).RootElement;
    }
}
