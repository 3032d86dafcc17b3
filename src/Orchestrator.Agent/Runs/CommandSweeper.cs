using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Runs;

/// <summary>
/// Deletes what the commands of runs that are over left on this machine: scripts and raw outputs. Journal and transcript have the results.
/// A run that may be taken up again keeps them: they are what tells that a command was started.
/// </summary>
public sealed class CommandSweeper(IRunStore runs, DataFolder data, TimeProvider time, ILogger<CommandSweeper> logger) : BackgroundService
{
    /// <summary>For so long after its end a run can be looked into as it was.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await SweepAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    /// <summary>One round; what can't be deleted now is tried again in the next.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        DirectoryInfo all = new(Path.GetDirectoryName(data.EffectsOf("any"))!);
        foreach (DirectoryInfo folder in all.Exists ? all.EnumerateDirectories() : [])
        {
            try
            {
                RunSummary? run = await runs.FindAsync(folder.Name, cancellationToken);
                if (run is { Result.CanResume: false, EndedAt: { } end } && time.GetUtcNow() - end > Kept)
                {
                    folder.Delete(recursive: true);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Log.SweepFailed(logger, folder.Name, failure);
            }
        }
    }
}
