using Orchestrator.TaskHub.Hubs;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>A default hub as the test opens it, and no other.</summary>
internal sealed class TestHubStores(Func<CancellationToken, Task<IHubStore>> open) : IHubStores
{
    public Task<IHubStore> OpenAsync(Action<string> standBy, CancellationToken cancellationToken) => open(cancellationToken);

    public Task<int> CountAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<bool> ExistsAsync(HubName name, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<IHubStore> OpenAsync(HubName name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(HubName name, CancellationToken cancellationToken) => throw new NotSupportedException();
}
