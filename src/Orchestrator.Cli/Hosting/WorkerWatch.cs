using Orchestrator.Agent.Stores;

namespace Orchestrator.Cli.Hosting;

/// <summary>Says when nobody works on the runs of a data folder, so that whoever follows one would wait for ever.</summary>
internal sealed class WorkerWatch(DataFolder data, string run, TimeProvider time)
{
    /// <summary>A hub's workers may be about to start.</summary>
    private static readonly TimeSpan PatienceWithAHub = TimeSpan.FromSeconds(10);

    /// <summary>An owner that ends is followed by one of those that wait.</summary>
    private static readonly TimeSpan PatienceAfterAnOwner = TimeSpan.FromSeconds(3);

    private long? _missingSince;
    private bool _wasThere;

    /// <summary>It was said that nobody works, and nobody has come since.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>For whoever would do the work, but for a hub that holds the folder and has no worker.</summary>
    /// <returns>What to tell the person who waits, whenever there is no worker any more; null if there is nothing to tell.</returns>
    public string? LookForWorker()
    {
        if (LockHolders.WorkersOf(data).Count > 0 || LockHolders.Of(data.OwnerLock) is not { Count: > 0 } owners)
        {
            (_missingSince, IsMissing) = (null, false);
            return null;
        }

        if (IsMissing || MissingFor() < PatienceWithAHub)
        {
            return null;
        }

        IsMissing = true;
        return $"{data.OwnerLock} is held by {string.Join(", ", owners)}, and no worker works on this folder. The run waits; start a worker: "
            + $"orchestrator worker --hub URL{DataFolders.OptionFor(data)}";
    }

    /// <summary>For whoever only watches.</summary>
    /// <returns>What to tell, whenever nobody works on the folder any more; null if there is nothing to tell.</returns>
    public string? LookForAnybody()
    {
        if (LockHolders.WorkersOf(data).Count > 0)
        {
            (_missingSince, _wasThere, IsMissing) = (null, true, false);
            return null;
        }

        if (IsMissing || (MissingFor() < PatienceAfterAnOwner && _wasThere))
        {
            return null;
        }

        IsMissing = true;
        return Mend(run, data);
    }

    /// <summary>What a person does about a run that nobody works on.</summary>
    public static string Mend(string run, DataFolder data) => $"nobody works on it: orchestrator resume {run}{DataFolders.OptionFor(data)}";

    private TimeSpan MissingFor()
    {
        _missingSince ??= time.GetTimestamp();
        return time.GetElapsedTime(_missingSince.Value);
    }
}
