using Orchestrator.Agent.Stores;

namespace Orchestrator.Storage.RunFiles;

/// <summary>Files of runs in a data folder that all share: there they are.</summary>
internal sealed class SharedRunFiles : IRunFiles
{
    public Task KeepAsync(string run, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task FetchAsync(string run, IReadOnlyList<RunFolder> folders, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> HasAsync(string run, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task SweepAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
