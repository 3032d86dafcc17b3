namespace Orchestrator.TaskHub.Stores;

/// <summary>Events that wait for an instance's next turn.</summary>
internal interface IInboxes
{
    /// <returns>The message's sequence, above those of all that wait.</returns>
    long Add(long instanceKey, InboxMessage message);

    /// <summary>In order: by rank, then by arrival.</summary>
    IReadOnlyList<InboxMessage> Read(long instanceKey, int limit);

    void Remove(long sequence);

    void RemoveAll(long instanceKey);

    /// <summary>Removes what only the present generation could understand: results and timers.</summary>
    void RemoveBoundToExecution(long instanceKey);

    /// <summary>The messages that ask the instance to end, in order.</summary>
    IReadOnlyList<InboxMessage> Terminations(long instanceKey);

    /// <summary>Keys of the instances that were asked to end and have not answered.</summary>
    IReadOnlyList<long> Terminating();
}
