using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>What has to be known of an item of an answer; its bytes stay as they are.</summary>
/// <param name="Json">The item as it is replayed.</param>
internal sealed record OutputItem(ReadOnlyMemory<byte> Json)
{
    /// <summary>It is for the model alone, and may not be the last thing that the model is shown of its answer.</summary>
    public bool IsReasoning { get; init; }

    /// <summary>A call that was cut off: it must neither run nor be shown to the model again.</summary>
    public bool IsHalfACall { get; init; }

    /// <summary>The whole calls that it asks for, in order.</summary>
    public IReadOnlyList<RequestedCall> Calls { get; init; } = [];

    /// <summary>What the item says to people; empty for an item that says nothing.</summary>
    public string Text { get; init; } = "";

    /// <summary>It holds nothing, and an endpoint that wrote it would refuse it.</summary>
    public bool IsEmpty { get; init; }

    public bool IsRefusal { get; init; }
}
