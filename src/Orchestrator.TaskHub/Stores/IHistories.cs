using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>The committed history of each instance's present generation; appended, never rewritten.</summary>
internal interface IHistories
{
    /// <returns>How many bytes the batch takes.</returns>
    int Append(long instanceKey, int batch, IReadOnlyList<HistoryEvent> events);

    IReadOnlyList<HistoryEvent> Read(long instanceKey);

    void Remove(long instanceKey);
}
