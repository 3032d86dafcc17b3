using Orchestrator.TaskHub.Engine;

namespace Orchestrator.TaskHub.Hubs;

/// <summary>What a server that owns its stores serves: the default hub, and those that callers name.</summary>
internal sealed record OpenHubs(HubEngine Default, NamedHubs Named) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Named.DisposeAsync();
        await Default.DisposeAsync();
    }
}
