using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Messages;

/// <summary>Puts a streamed message together from its events, with every member that the endpoint sent.</summary>
internal sealed class MessageAssembly
{
    private readonly SortedDictionary<long, Block> _blocks = [];
    private JsonObject _message = [];

    public void Start(JsonElement message) => _message = JsonMerge.ToObject(message);

    /// <exception cref="JsonException">The block was begun before, and more of it has come since.</exception>
    public void StartBlock(long index, JsonElement block) => _blocks[index] = _blocks.TryGetValue(index, out Block? begun) && begun.HasMore
        ? throw new JsonException($"the block {index} begins twice")
        : new Block(JsonMerge.ToObject(block));

    /// <exception cref="JsonException">There is no such block, or it has ended.</exception>
    public void Change(long index, JsonElement delta)
    {
        Block block = Begun(index);
        if (block.HasEnded)
        {
            throw new JsonException($"the block {index} goes on after its end");
        }

        block.HasMore = true;
        JsonObject change = JsonMerge.ToObject(delta);
        change.Remove("type");
        switch (delta.Text("type"))
        {
            case "input_json_delta":
                block.Input.Append(delta.Text("partial_json"));
                break;
            case "citations_delta":
                JsonMerge.Merge(block.Content, new JsonObject { ["citations"] = new JsonArray(change["citation"]?.DeepClone()) });
                break;
            default:
                JsonMerge.Merge(block.Content, change);
                break;
        }
    }

    /// <summary>Ends a block; one that ends twice has ended.</summary>
    /// <exception cref="JsonException">There is no such block.</exception>
    public void EndBlock(long index)
    {
        Block block = Begun(index);
        block.HasMore = true;
        block.HasEnded = true;
    }

    /// <summary>What the end of the message adds: why it ended, and what it used in all.</summary>
    public void End(JsonElement? delta, JsonElement? usage)
    {
        Set(_message, delta);
        JsonObject used = _message["usage"] as JsonObject ?? [];
        Set(used, usage);
        _message["usage"] = used.DeepClone();
    }

    /// <summary>The message as it would have come in one piece.</summary>
    /// <exception cref="JsonException">A block has not ended, or a call's input is no JSON.</exception>
    public JsonElement ToMessage(bool isCut)
    {
        JsonArray content = [];
        foreach (Block block in _blocks.Values)
        {
            bool mayBeHalf = isCut && block == _blocks.Values.Last();
            content.Add(block.HasEnded || mayBeHalf
                ? block.ToContent(mayBeHalf)
                : throw new JsonException("the message ended within a block"));
        }

        _message["content"] = content;
        return JsonDocument.Parse(JsonMerge.ToUtf8(_message)).RootElement;
    }

    /// <summary>Why the message ended; null if it has not.</summary>
    public string? StopReason => JsonMerge.TextOf(_message, "stop_reason");

    private static void Set(JsonObject target, JsonElement? changes)
    {
        foreach ((string name, JsonNode? value) in changes is { ValueKind: JsonValueKind.Object } some ? JsonMerge.ToObject(some) : [])
        {
            if (value is not null)
            {
                target[name] = value.DeepClone();
            }
        }
    }

    private Block Begun(long index) => _blocks.TryGetValue(index, out Block? block)
        ? block
        : throw new JsonException($"the block {index} has not begun");

    private sealed class Block(JsonObject content)
    {
        public JsonObject Content { get; } = content;

        /// <summary>A call's input, as far as it has come.</summary>
        public StringBuilder Input { get; } = new();

        /// <summary>Something came after its beginning: another beginning would lose it.</summary>
        public bool HasMore { get; set; }

        public bool HasEnded { get; set; }

        /// <param name="mayBeHalf">The message ended within the block: its input need not be JSON.</param>
        public JsonObject ToContent(bool mayBeHalf)
        {
            if (Input.Length > 0 && !mayBeHalf)
            {
                Content["input"] = JsonNode.Parse(Input.ToString());
            }

            return Content;
        }
    }
}
