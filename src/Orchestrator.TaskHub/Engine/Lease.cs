using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>One hand-out of a work item: whoever shows its token may answer, until the item is handed out again.</summary>
internal sealed class Lease(HubWorkItem item, WorkerStream stream, TimeProvider pace)
{
    private readonly SortedDictionary<int, IReadOnlyList<OrchestratorAction>> _chunks = [];
    private volatile bool _isSent;

    public string Token { get; } = Guid.NewGuid().ToString("N");

    public HubWorkItem Item { get; } = item;

    public WorkerStream Stream { get; } = stream;

    /// <summary>When it was made, as a timestamp of the machine's pace.</summary>
    public long Since { get; } = pace.GetTimestamp();

    /// <summary>The stream is gone; the slot that the item took went with it.</summary>
    public bool IsDetached { get; set; }

    /// <summary>The worker gave the item back while its answer was being committed: if that fails, it will not answer again.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The worker may have seen the item. Until then losing the stream is no failed attempt.</summary>
    public bool IsSent => _isSent;

    /// <summary>What was handed out, if it is an instance's turn.</summary>
    public Turn? Turn { get; set; }

    /// <summary>The turn went without its history, for the worker had it at hand.</summary>
    public bool IsBare { get; set; }

    /// <summary>What the turn is told of besides, that is not on the disk yet.</summary>
    public IReadOnlyList<PendingResult> Results { get; set; } = [];

    public IReadOnlyList<HistoryEvent> Events() => Results.Select(result => result.Event).ToList();

    /// <summary>It is a turn that its worker has had for longer than that.</summary>
    public bool IsOverdue(TimeSpan age) => IsSent && !IsDetached
        && Item is OrchestrationItem { Place: WorkItemPlace.HandedOut } && pace.GetElapsedTime(Since) > age;

    public void NoteSending() => _isSent = true;

    /// <summary>Keeps a part of an answer; a part that comes twice counts once.</summary>
    public void Keep(int chunk, IReadOnlyList<OrchestratorAction> actions)
    {
        lock (_chunks)
        {
            _chunks[chunk] = actions;
        }
    }

    /// <summary>All parts of the answer in their order, the last one given here.</summary>
    public IReadOnlyList<OrchestratorAction> Whole(IReadOnlyList<OrchestratorAction> last)
    {
        lock (_chunks)
        {
            return _chunks.Count == 0 ? last : [.. _chunks.Values.SelectMany(actions => actions), .. last];
        }
    }
}
