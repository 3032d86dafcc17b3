namespace Orchestrator.Agent.Models;

/// <summary>
/// One item of what a model is shown, in order. A dialect renders it to the provider's wire form; rendering is a pure
/// function of the item, so that the items of one turn are a byte prefix of the next one's.
/// </summary>
public abstract record PromptItem
{
    private PromptItem()
    {
    }

    /// <summary>The developer's instructions; always first.</summary>
    public sealed record Instructions(Utf8Text Utf8) : PromptItem
    {
        public string Text => Utf8.ToString();
    }

    /// <summary>Something a person, or the orchestrator on their behalf, says to the model.</summary>
    public sealed record UserMessage(Utf8Text Utf8) : PromptItem
    {
        public string Text => Utf8.ToString();
    }

    /// <summary>An output item of an earlier reply: the provider's JSON, byte for byte as it was received.</summary>
    public sealed record ProviderItem(ReadOnlyMemory<byte> Json, Origin Origin) : PromptItem;

    /// <summary>What another model said earlier in the run, in words that every dialect has.</summary>
    public sealed record AssistantText(string Text) : PromptItem;

    /// <summary>A call that another model made earlier in the run; its arguments are a JSON object.</summary>
    public sealed record AssistantCall(RequestedCall Call) : PromptItem;

    /// <summary>Asks the provider for its own summary of all before it; only endpoints that compact themselves know it.</summary>
    public sealed record CompactionTrigger : PromptItem;

    /// <summary>The observation that answers a tool call; exactly one per call id.</summary>
    public sealed record CallOutput(string CallId, Utf8Text Utf8) : PromptItem
    {
        public string Text => Utf8.ToString();

        /// <summary>What a screen shows behind the call, as a PNG; null for a tool without one.</summary>
        public ReadOnlyMemory<byte>? Screenshot { get; init; }
    }
}
