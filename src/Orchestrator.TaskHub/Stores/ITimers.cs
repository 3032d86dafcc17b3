namespace Orchestrator.TaskHub.Stores;

/// <summary>Timers and scheduled starts that are still to come.</summary>
internal interface ITimers
{
    /// <param name="instanceKey">Whose timer it is.</param>
    /// <param name="timerId">The action that made it; null for the scheduled start.</param>
    /// <param name="fireAt">When it fires.</param>
    void Add(long instanceKey, int? timerId, DateTimeOffset fireAt);

    IReadOnlyList<DueTimer> Due(DateTimeOffset now, int limit);

    DateTimeOffset? Next();

    /// <summary>Whether the instance's scheduled start has not come yet. Once it has, no clock takes that back.</summary>
    bool AwaitsStart(long instanceKey);

    void Remove(long key);

    void RemoveAll(long instanceKey);
}
