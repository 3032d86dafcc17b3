using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>Activities without a result.</summary>
internal interface IActivities
{
    /// <returns>The key, never used twice.</returns>
    long Add(long instanceKey, ActivityRequest request);

    /// <returns>The key of the instance that asked for it; null if it is not there any more.</returns>
    long? Remove(long key);

    /// <returns>How many there were.</returns>
    int RemoveAll(long instanceKey);

    void SaveAttempts(long key, int attempts);

    IReadOnlyList<PendingActivity> All();
}
