using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>A store's place for one test: it survives the hub, as a disk or a server does.</summary>
public interface ITestStorage : IDisposable
{
    internal Task<IHubStore> OpenAsync(CancellationToken cancellationToken);

    /// <summary>What a killed process would leave; from now on that is what is opened.</summary>
    void Crash();
}
