using Microsoft.Extensions.Logging;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>Ends instances whose orchestrators did not end themselves in the time that a termination leaves them.</summary>
internal sealed class ForcedTerminations(HubCommits commits, TimeSpan grace, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Ends each of the instances when its time is over, if it has not ended by then.</summary>
    public void EndLater(IEnumerable<long> instanceKeys, CancellationToken stopping)
    {
        foreach (long key in instanceKeys)
        {
            _ = EndAsync(key, stopping);
        }
    }

    private async Task EndAsync(long key, CancellationToken stopping)
    {
        TimeSpan wait = grace;
        while (true)
        {
            try
            {
                await Task.Delay(wait, time, stopping);
                await commits.WriteAsync(transaction => transaction.ForceTermination(key), stopping);
                return;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                Log.TerminationFailed(logger, exception);
                wait = RetryAfter;
            }
            catch (Exception)
            {
                return;
            }
        }
    }
}
