using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Replay;

/// <summary>The events that an orchestrator is replayed from: those it has seen before, and those that are new.</summary>
internal sealed class OrchestrationHistory
{
    /// <summary>Takes a history apart.</summary>
    /// <exception cref="InvalidOperationException">It doesn't say how the orchestration started.</exception>
    public OrchestrationHistory(IReadOnlyList<Wire.HistoryEvent> past, IReadOnlyList<Wire.HistoryEvent> fresh)
    {
        Past = past;
        New = fresh;
        Start = past.Concat(fresh).FirstOrDefault(e => e.ExecutionStarted is not null)?.ExecutionStarted
            ?? throw new InvalidOperationException("The history is incomplete: it lacks the event that starts the orchestration.");
    }

    public IReadOnlyList<Wire.HistoryEvent> Past { get; }

    public IReadOnlyList<Wire.HistoryEvent> New { get; }

    /// <summary>How the orchestration started.</summary>
    public Wire.ExecutionStartedEvent Start { get; }
}
