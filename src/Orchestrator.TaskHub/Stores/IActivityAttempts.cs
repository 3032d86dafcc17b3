namespace Orchestrator.TaskHub.Stores;

/// <summary>How often open activities were handed out and came to nothing.</summary>
internal interface IActivityAttempts
{
    void Save(long instanceKey, int taskId, int attempts);

    /// <returns>By task id; tasks that never failed are not in it.</returns>
    IReadOnlyDictionary<int, int> Read(long instanceKey);

    void RemoveAll(long instanceKey);
}
