namespace Orchestrator.TaskHub.Engine;

/// <summary>The workers that are connected, and which of them gets what. The dispatcher's lock guards it.</summary>
internal sealed class ConnectedWorkers(LiveInstances live)
{
    private readonly List<WorkerStream> _streams = [];

    public void Add(WorkerStream stream) => _streams.Add(stream);

    public void Remove(WorkerStream stream) => _streams.Remove(stream);

    /// <summary>The streams whose workers take nothing any more.</summary>
    public IReadOnlyList<WorkerStream> Stuck(int checks) => _streams.FindAll(stream => stream.IsStuck(checks));

    public bool HasTakerOf(WorkItemSubject subject)
    {
        // Asked for every item: without an enumerator on the heap.
        foreach (WorkerStream stream in _streams)
        {
            if (stream.Takes(subject))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The worker to hand the item to: one that has not refused it, best the one that has its orchestrator at hand, else
    /// the one with the least to do. Null if none has room, or, for a suspect, none that has not just got another.
    /// </summary>
    public WorkerStream? BestFor(HubWorkItem item)
    {
        WorkerStream? holder = item is OrchestrationItem orchestration ? live.Find(orchestration.Key)?.Holder : null;
        WorkerStream? best = null;
        foreach (WorkerStream stream in _streams)
        {
            if (stream.Takes(item.Subject) && !(item.IsSuspect && stream.IsProving) && (best is null || Rank(stream).CompareTo(Rank(best)) < 0))
            {
                best = stream;
            }
        }

        return best;

        (bool HasRefused, bool IsForeign, int Taken) Rank(WorkerStream stream) =>
            (item.RefusedBy.Contains(stream), stream != holder, stream.Taken);
    }
}
