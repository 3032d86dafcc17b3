using System.Globalization;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Audit;

namespace Orchestrator.Agent.Runs.Purges;

/// <summary>Has runs be purged that have been over for as long as runs are kept.</summary>
public sealed class DuePurges(IPurgeStore purges, IOptions<RetentionOptions> options, TimeProvider time)
{
    /// <summary>A round begins no more than so many: disk and database are for the runs at work.</summary>
    public const int MostPerRound = 20;

    /// <summary>So many that are needed still may stand before one that may go.</summary>
    private const int MostListed = 1_000;

    /// <summary>Begins the purges that are due, the oldest first.</summary>
    /// <returns>Whether it began as many as it may, so that there may be more.</returns>
    public async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Keep is not { } kept)
        {
            return false;
        }

        int begun = 0;
        string why = string.Create(CultureInfo.InvariantCulture, $"kept for {kept.TotalDays:0.##} days after its end");
        foreach (string run in await purges.ListDueAsync(time.GetUtcNow() - kept, MostListed, cancellationToken))
        {
            if (begun == MostPerRound)
            {
                break;
            }

            PurgeRuling ruling = await purges.BeginAsync(run, AuditAct.System, why, cancellationToken);
            if (ruling is PurgeRuling.Busy)
            {
                break;   // The others would wait as long, and in vain.
            }

            begun += ruling is PurgeRuling.Free ? 1 : 0;
        }

        return begun == MostPerRound;
    }
}
