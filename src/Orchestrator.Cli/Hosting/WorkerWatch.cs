using Orchestrator.Agent.Stores;

namespace Orchestrator.Cli.Hosting;

/// <summary>Says once that a data folder has an owner, but nobody who works: a hub alone, whose workers are elsewhere or not there yet.</summary>
internal sealed class WorkerWatch(DataFolder data, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private long? _missingSince;
    private bool _isSaid;

    /// <returns>What to tell the person who waits; null if there is nothing to tell.</returns>
    public string? Look()
    {
        if (_isSaid || LockHolders.Of(data.WorkersLock).Count > 0 || LockHolders.Of(data.OwnerLock) is not { Count: > 0 } owners)
        {
            _missingSince = null;
            return null;
        }

        _missingSince ??= time.GetTimestamp();
        if (time.GetElapsedTime(_missingSince.Value) < Patience)
        {
            return null;
        }

        _isSaid = true;
        return $"{data.OwnerLock} is held by {string.Join(", ", owners)}, and no worker works on this folder. The run waits; start a worker: "
            + $"orchestrator worker --hub URL{DataFolders.OptionFor(data)}";
    }
}
