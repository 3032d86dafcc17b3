using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Runs;

/// <summary>What runs have handed over, where it is read on this machine: fetched before, if it is another's that has it.</summary>
public sealed class RunArtifacts(IRunFiles files, DataFolder data)
{
    private static readonly RunFolder[] Results = [RunFolder.Results];

    /// <summary>Where the patch of a run is that is over, or the one that it asks about; it need not be there.</summary>
    /// <exception cref="IOException">It can't be fetched; it may pass.</exception>
    public async Task<string> PatchAsync(RunSummary run, CancellationToken cancellationToken)
    {
        await files.FetchAsync(run.RunId, Results, cancellationToken);
        return data.PatchOf(run.RunId);
    }

    /// <summary>Where the report of a run is; null if it has none.</summary>
    /// <exception cref="IOException">It can't be fetched; it may pass.</exception>
    public async Task<string?> ReportAsync(RunSummary run, CancellationToken cancellationToken)
    {
        if (run.Result?.Report is not { } report)
        {
            return null;
        }

        await files.FetchAsync(run.RunId, Results, cancellationToken);
        return report;
    }

    /// <summary>The folder with the pictures of a run's screen; it need not be there.</summary>
    /// <exception cref="IOException">They can't be fetched; it may pass.</exception>
    public async Task<string> ScreensAsync(string run, CancellationToken cancellationToken)
    {
        await files.FetchAsync(run, Results, cancellationToken);
        return ReportFolder.ScreensOf(data.ResultsOf(run));
    }
}
