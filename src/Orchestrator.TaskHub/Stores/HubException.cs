namespace Orchestrator.TaskHub.Stores;

/// <summary>A call that the hub refuses; nothing of it happened.</summary>
internal sealed class HubException(HubRefusal refusal, string message) : Exception(message)
{
    public HubRefusal Refusal { get; } = refusal;
}
