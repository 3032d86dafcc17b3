using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orchestrator.Failpoints;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>The hub at work: it ties the store, the dispatcher, the timers and those who wait together.</summary>
internal sealed class HubEngine : IAsyncDisposable
{
    private const int ChecksOfALease = 4;

    private readonly IHubStore _store;
    private readonly TaskHubOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dispatcher _dispatcher;
    private readonly DurableTimers _timers;
    private readonly LiveInstances _live;
    private readonly ResultCommits _results;
    private readonly OrchestrationProcessor _orchestrations;
    private readonly ActivityProcessor _activities;
    private readonly ForcedTerminations _terminations;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _loops = [];

    private HubEngine(IHubStore store, TaskHubOptions options, TimeProvider time, TimeProvider pace, ILogger logger)
    {
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
        Commits = new HubCommits(store, time);
        _live = new LiveInstances(pace);
        _results = new ResultCommits(Commits, options.ResultPatience, pace);
        _orchestrations = new OrchestrationProcessor(Commits, _results, _live, options);
        _activities = new ActivityProcessor(Commits, options);
        var failed = new FailedAttempts(_orchestrations, _activities, time, logger);
        _dispatcher = new Dispatcher(options, time, pace, _live, HandOut, (item, isLast) => _ = NoteFailureAsync(failed, item, isLast), _stopping.Token);
        _timers = new DurableTimers(Commits, time, logger);
        _terminations = new ForcedTerminations(Commits, options.TerminationGrace, time, logger);
        Commits.Committed += Announce;
        Stopping = _stopping.Token;
    }

    public HubCommits Commits { get; }

    /// <summary>Turns and activities that it holds in memory, to be handed out or answered.</summary>
    public int KnownItems => _dispatcher.KnownItems;

    public InstanceWaiters Waiters { get; } = new();

    public CancellationToken Stopping { get; }

    /// <summary>Takes up whatever the store says is not finished. The store is closed with the engine, or if this fails.</summary>
    /// <param name="time">The hub's clock, by which timers fire.</param>
    /// <param name="pace">How fast this machine goes: for spans that the time of day has no say in.</param>
    public static async Task<HubEngine> StartAsync(
        IHubStore store,
        TaskHubOptions options,
        TimeProvider time,
        TimeProvider pace,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var engine = new HubEngine(store, options, time, pace, logger);
        try
        {
            await engine.TakeUpAsync(cancellationToken);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves one worker for as long as it stays.</summary>
    public async Task ServeAsync(
        GetWorkItemsRequest request,
        Caller worker,
        Func<WorkItem, CancellationToken, Task> send,
        CancellationToken cancellationToken)
    {
        using var stream = new WorkerStream(request, worker.KeepsOrchestrators, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping);
        Log.WorkerConnected(_logger, worker.Name, worker.Agent);
        _dispatcher.Open(stream);
        Failpoint.Hit("hub.worker.joined");
        try
        {
            await stream.RunAsync(send, _options.PingInterval, stop.Token);
        }
        finally
        {
            _dispatcher.Close(stream);
            Failpoint.Hit("hub.worker.left");
            Log.WorkerLeft(_logger, worker.Name);
        }
    }

    /// <exception cref="HubException">The token is stale, or the answer makes no sense.</exception>
    public async Task CompleteAsync(OrchestratorResponse response, CancellationToken cancellationToken)
    {
        Lease lease = _dispatcher.Find(response.CompletionToken) is { Turn: not null } found ? found : throw StaleToken();
        if (response.RequiresHistory)
        {
            AddHistory(lease);
            return;
        }

        if (response.IsPartial)
        {
            lease.Keep(response.ChunkIndex ?? 0, response.Actions);
            Failpoint.Hit("hub.turn.chunk-kept");
            return;
        }

        Claim(lease);
        Instance? instance = await CommitAsync(
            lease,
            () => _orchestrations.CommitAsync(
                lease,
                lease.Whole(response.Actions),
                response.CustomStatus,
                response.OrchestrationTraceContext,
                cancellationToken));
        if (instance is null)
        {
            _live.Forget(lease.Turn!.Instance.Key);
            _dispatcher.Repeat(lease);
            throw StaleToken();
        }

        if (lease.Stream.KeepsOrchestrators && !instance.IsTerminal)
        {
            _live.Keep(instance, lease);
        }
        else
        {
            _live.Forget(instance.Key);
        }

        _dispatcher.Settle(lease, lease.Turn!.HasMore);
        Failpoint.Hit("hub.turn.settled");
    }

    /// <exception cref="HubException">The token is stale.</exception>
    public async Task CompleteAsync(ActivityResponse response)
    {
        Lease lease = _dispatcher.Find(response.CompletionToken) ?? throw StaleToken();
        ActivityItem item = lease.Item as ActivityItem ?? throw StaleToken();
        Claim(lease);
        await CommitAsync(lease, () =>
        {
            PendingResult result = _activities.Result(item, response);
            _results.Watch(result);
            _dispatcher.Deliver(result);
            Failpoint.Hit("hub.result.delivered");
            return result.Committed;
        });
        _dispatcher.Settle(lease, hasMore: false);
    }

    public void Abandon(string token) => _dispatcher.Refuse(token);

    /// <summary>Hands nothing out any more, ends the streams and finishes what is being written.</summary>
    public async ValueTask DisposeAsync()
    {
        _dispatcher.Stop();
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _store.DisposeAsync();
        _timers.Dispose();
        _stopping.Dispose();
    }

    private async Task NoteFailureAsync(FailedAttempts failed, HubWorkItem item, bool isLast)
    {
        if (!isLast)
        {
            await failed.SaveAsync(item, Stopping);
        }
        else if (await failed.QuarantineAsync(item, Stopping))
        {
            _dispatcher.Drop(item);
        }
    }

    private static HubException StaleToken() =>
        new(HubRefusal.StaleToken, "The completion token belongs to no work item that waits for an answer.");

    private async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        (IReadOnlyList<Instance> waking, IReadOnlyList<PendingActivity> activities, IReadOnlyList<long> terminating) =
            await _store.ReadAsync(
                tables => (tables.Instances.Waking(), tables.PendingActivities(), tables.Inboxes.Terminating()), cancellationToken);
        Failpoint.Hit("hub.start.read");
        _dispatcher.Add(waking, activities);
        _terminations.EndLater(terminating, Stopping);
        _loops.Add(WatchAsync("timers", _timers.RunAsync(Stopping)));
        _loops.Add(WatchAsync("results", _results.RunAsync(Stopping)));
        _loops.Add(WatchAsync("workers", WatchWorkersAsync(Stopping)));
        Log.Opened(_logger, waking.Count, activities.Count);
        Failpoint.Hit("hub.start.taken-up");
    }

    // What is committed is committed: no fault of the hub's memory may look to the caller as if it were not.
    private void Announce(HubChanges changes)
    {
        try
        {
            Apply(changes);
        }
        catch (Exception exception)
        {
            Log.ChangesNotApplied(_logger, exception);
        }
    }

    private void Apply(HubChanges changes)
    {
        foreach (long instanceKey in changes.Left)
        {
            _live.Forget(instanceKey);
            _dispatcher.DropTurn(instanceKey);
        }

        foreach (long instanceKey in changes.WithoutActivities)
        {
            _dispatcher.DropActivities(instanceKey);
        }

        if (changes.Waking.Count > 0 || changes.Activities.Count > 0)
        {
            _dispatcher.Add(changes.Waking, changes.Activities);
        }

        if (changes.EarliestTimer is { } fireAt)
        {
            _timers.Schedule(fireAt);
        }

        foreach (string instanceId in changes.Moved)
        {
            Waiters.Tell(instanceId);
        }

        _terminations.EndLater(changes.Terminating, Stopping);
    }

    // A worker that asks for what it was given already is no better off with another copy.
    private void AddHistory(Lease lease)
    {
        if (!lease.IsBare)
        {
            _dispatcher.Fail(lease);
            return;
        }

        Claim(lease);
        _live.Forget(lease.Turn!.Instance.Key);
        _dispatcher.Repeat(lease);
    }

    private void Claim(Lease lease)
    {
        if (!_dispatcher.TryClaim(lease))
        {
            throw StaleToken();
        }
    }

    private async Task<T> CommitAsync<T>(Lease lease, Func<Task<T>> commit)
    {
        try
        {
            return await commit();
        }
        catch (HubException exception) when (exception.Refusal == HubRefusal.StaleToken)
        {
            _dispatcher.Settle(lease, hasMore: false);
            throw;
        }
        catch
        {
            // Nothing was committed: the worker's next try must find its token good.
            _dispatcher.Unclaim(lease);
            throw;
        }
    }

    private void HandOut(Lease lease)
    {
        WorkItem? item = lease.Item switch
        {
            OrchestrationItem orchestration => _orchestrations.PrepareLive(lease, orchestration),
            ActivityItem activity => ActivityProcessor.Prepare(lease, activity),
            _ => throw new UnreachableException(),
        };
        if (item is not null)
        {
            Offer(lease, item);
        }
        else
        {
            _ = ReadAndHandOutAsync(lease, (OrchestrationItem)lease.Item);
        }
    }

    private void Offer(Lease lease, WorkItem item)
    {
        if (!lease.Stream.TryOffer(item, lease))
        {
            _dispatcher.PutBack(lease);
        }
    }

    private async Task ReadAndHandOutAsync(Lease lease, OrchestrationItem orchestration)
    {
        // Reading a history takes a while: whoever made the item ready does not wait for it.
        await Task.Yield();
        try
        {
            if (await _orchestrations.PrepareAsync(lease, orchestration, Stopping) is { } item)
            {
                Offer(lease, item);
            }
            else
            {
                _dispatcher.Settle(lease, hasMore: false);
            }
        }
        catch (Exception exception) when (!Stopping.IsCancellationRequested)
        {
            Log.HandOutFailed(_logger, exception);
            _dispatcher.PutBack(lease);
        }
        catch (Exception)
        {
            // The hub stops: the next one hands the item out.
        }
    }

    // None of them ends before the hub does: if one should, nobody would know why nothing goes on.
    private async Task WatchAsync(string what, Task loop)
    {
        try
        {
            await loop;
        }
        catch (Exception failure) when (!Stopping.IsCancellationRequested)
        {
            Log.LoopEnded(_logger, what, failure);
        }
    }

    private async Task WatchWorkersAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.LeaseDuration / ChecksOfALease, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            Failpoint.Hit("hub.leases.checked");
            _live.Sweep();
            _dispatcher.TakeBackTurns(_options.TurnLimit);
            foreach (WorkerStream stream in _dispatcher.Stuck(ChecksOfALease))
            {
                Log.WorkerStuck(_logger);
                stream.Lose();
            }
        }
    }
}
