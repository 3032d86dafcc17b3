using System.Threading.Channels;
using Orchestrator.Failpoints;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Engine;

/// <summary>One connected worker: what it takes, how much of it, and what it has. The dispatcher's lock guards the counts.</summary>
internal sealed class WorkerStream : IDisposable
{
    // Asked for when a worker names no limit, and the most that is granted.
    private const int UsualLimit = 100;
    private const int HighestLimit = 10_000;
    private const int RoomForAPing = 1;
    private const int MostSubjects = 1_000;

    /// <summary>How long a worker that got a suspect gets no other: what kills a worker mostly does so at once.</summary>
    public static readonly TimeSpan ProofTime = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly WorkItemFilter _filter;
    private readonly Dictionary<WorkItemSubject, bool> _accepted = [];
    private readonly int[] _limits;
    private readonly int[] _taken = new int[2];
    private readonly Channel<(WorkItem Item, Lease? Lease)> _outgoing;
    private readonly CancellationTokenSource _lost = new();
    private Lease? _suspect;
    private long _suspectAt;
    private volatile bool _hasPingWaiting;
    private long _offered;
    private long _sent;
    private long _sentAtCheck;
    private int _stillChecks;

    public WorkerStream(GetWorkItemsRequest request, bool keepsOrchestrators, TimeProvider time)
    {
        _time = time;
        _filter = new WorkItemFilter(request.WorkItemFilters);
        _limits = [Limit(request.MaxConcurrentOrchestrationWorkItems), Limit(request.MaxConcurrentActivityWorkItems)];
        KeepsOrchestrators = keepsOrchestrators;
        TakesHistoryStreams = request.Capabilities.Contains(WorkerCapability.HistoryStreaming);
        _outgoing = Channel.CreateBounded<(WorkItem, Lease?)>(_limits.Sum() + RoomForAPing);
    }

    public bool TakesHistoryStreams { get; }

    public int Taken => _taken[0] + _taken[1];

    /// <summary>It keeps the orchestrators of recent turns.</summary>
    public bool KeepsOrchestrators { get; }

    /// <summary>Whether it wants work of that kind and name, and has room for it.</summary>
    public bool Takes(WorkItemSubject subject) =>
        _taken[(int)subject.Kind] < _limits[(int)subject.Kind] && Accepts(subject);

    /// <summary>It was given a suspect a moment ago, and still has it.</summary>
    public bool IsProving => _suspect is { IsDetached: false, Item.Place: WorkItemPlace.HandedOut } lease
        && lease.Item.Lease == lease && _time.GetElapsedTime(_suspectAt) < ProofTime;

    public void Take(Lease lease)
    {
        _taken[(int)lease.Item.Subject.Kind]++;
        if (lease.Item.IsSuspect)
        {
            _suspect = lease;
            _suspectAt = _time.GetTimestamp();
        }
    }

    public void GiveBack(WorkItemKind kind) => _taken[(int)kind]--;

    public bool Accepts(WorkItemSubject subject)
    {
        if (!_accepted.TryGetValue(subject, out bool accepted))
        {
            if (_accepted.Count == MostSubjects)
            {
                _accepted.Clear();
            }

            accepted = _filter.Accepts(subject);
            _accepted.Add(subject, accepted);
        }

        return accepted;
    }

    /// <summary>Puts the item on its way.</summary>
    /// <returns>False if too much waits for the worker already.</returns>
    public bool TryOffer(WorkItem item, Lease lease) => TryPut(item, lease);

    /// <summary>
    /// Whether the worker took nothing of what waits for it, at this and the last <paramref name="times"/> checks;
    /// pings see to it that something waits. Checks are counted, not time: a machine that slept must not take all its
    /// workers for lost.
    /// </summary>
    public bool IsStuck(int times)
    {
        long sent = Interlocked.Read(ref _sent);
        bool isStill = sent == _sentAtCheck && sent < Interlocked.Read(ref _offered);
        _sentAtCheck = sent;
        _stillChecks = isStill ? _stillChecks + 1 : 0;
        return _stillChecks >= times;
    }

    /// <summary>Ends the stream: nobody takes what is sent.</summary>
    public void Lose()
    {
        try
        {
            _lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself meanwhile.
        }
    }

    /// <summary>Sends what is offered, and a ping now and then, until the worker goes, the hub stops, or the stream is lost.</summary>
    public async Task RunAsync(Func<WorkItem, CancellationToken, Task> send, TimeSpan pingInterval, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lost.Token);
        Task pings = PingAsync(pingInterval, stop.Token);
        try
        {
            while (true)
            {
                (WorkItem item, Lease? lease) = await _outgoing.Reader.ReadAsync(stop.Token);
                Failpoint.Hit("hub.handout.before");
                if (lease is null)
                {
                    _hasPingWaiting = false;
                }

                lease?.NoteSending();
                await send(item, stop.Token).WaitAsync(stop.Token);
                Failpoint.Hit("hub.handout.after");
                Interlocked.Increment(ref _sent);
            }
        }
        finally
        {
            stop.Cancel();
            await pings.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    public void Dispose() => _lost.Dispose();

    private static int Limit(int asked) => asked <= 0 ? UsualLimit : Math.Min(asked, HighestLimit);

    private async Task PingAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // To a worker that reads nothing one is as good as many, and the room is for its work.
            if (!_hasPingWaiting)
            {
                // First the note: the ping may be sent before the next line.
                _hasPingWaiting = true;
                if (!TryPut(new WorkItem { HealthPing = new HealthPing() }, lease: null))
                {
                    _hasPingWaiting = false;
                }
            }
        }
    }

    private bool TryPut(WorkItem item, Lease? lease)
    {
        bool hasRoom = _outgoing.Writer.TryWrite((item, lease));
        if (hasRoom)
        {
            Interlocked.Increment(ref _offered);
        }

        return hasRoom;
    }
}
