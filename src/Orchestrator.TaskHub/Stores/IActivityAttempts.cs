namespace Orchestrator.TaskHub.Stores;

/// <summary>
/// How often open activities were handed out and came to nothing. Of an instance that has ended it has each that is still to be
/// done, and no other.
/// </summary>
internal interface IActivityAttempts
{
    void Save(long instanceKey, int taskId, int attempts);

    /// <returns>By task id; those of an instance under way that never failed are not in it.</returns>
    IReadOnlyDictionary<int, int> Read(long instanceKey);

    void Remove(long instanceKey, int taskId);

    void RemoveAll(long instanceKey);
}
