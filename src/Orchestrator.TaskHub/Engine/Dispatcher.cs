using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>
/// Who has what: work items, connected workers and leases. All of it lives in memory, for the store holds what waits,
/// and a hub that restarts hands everything out again. Every change tells at once whom it lets work: nothing polls.
/// </summary>
internal sealed class Dispatcher(
    TaskHubOptions options, TimeProvider time, TimeProvider pace, LiveInstances live,
    Action<Lease> handOut, Action<HubWorkItem, bool> noteFailure, CancellationToken stopping)
{
    private readonly Lock _lock = new();
    private readonly ConnectedWorkers _workers = new(live);
    private readonly OpenLeases _leases = new(pace);
    private readonly WorkItems _items = new();
    private readonly List<Lease> _granted = [];
    private readonly List<(HubWorkItem Item, bool IsLast)> _failed = [];
    private bool _stopped;

    /// <summary>Turns and activities that it holds in memory.</summary>
    public int KnownItems
    {
        get
        {
            lock (_lock)
            {
                return _items.Count;
            }
        }
    }

    public void Add(IEnumerable<Instance> waking, IEnumerable<PendingActivity> activities) => Change(() => _items.Add(waking, activities));

    /// <summary>Lets the instance take the turn that the result wakes it for.</summary>
    public void Deliver(PendingResult result) => Change(() => _items.Orchestrations.Deliver(result));

    /// <summary>Forgets the instance's activities that wait; what workers have stays theirs until they answer.</summary>
    public void DropActivities(long instanceKey)
    {
        Change(() =>
        {
            foreach (ActivityItem item in _items.Activities.Of(instanceKey))
            {
                item.IsUnwanted = true;
                ForgetUntaken(item);
            }
        });
    }

    /// <summary>Forgets the turn of an instance that takes none any more; what a worker has stays its until it answers.</summary>
    public void DropTurn(long instanceKey)
    {
        Change(() =>
        {
            if (_items.Orchestrations.Find(instanceKey) is { } item)
            {
                ForgetUntaken(item);
            }
        });
    }

    /// <summary>Forgets an item whose end is committed, unless something came for it meanwhile.</summary>
    public void Drop(HubWorkItem item)
    {
        Change(() =>
        {
            if (item.Place == WorkItemPlace.Failing)
            {
                Forget(item);
                _items.GoOn(item, hasMore: item is OrchestrationItem { HasMessages: true });
            }
        });
    }

    public void Open(WorkerStream stream)
    {
        Change(() =>
        {
            _workers.Add(stream);

            // What others refused, this one may want.
            IEnumerable<HubWorkItem> resting = _items.All
                .Where(item => item.Place == WorkItemPlace.Resting && stream.Accepts(item.Subject));
            foreach (HubWorkItem item in resting)
            {
                item.Refusals = 0;
                _items.Queues.Add(item);
            }
        });
    }

    /// <summary>Takes back all that the worker had. Its tokens stay good until the items are handed out again.</summary>
    public void Close(WorkerStream stream)
    {
        Change(() =>
        {
            _workers.Remove(stream);
            foreach ((Lease lease, bool isToBlame) in _leases.Lose(stream))
            {
                // A hub that stops takes work back from workers that did nothing wrong.
                if (lease.Item.Place != WorkItemPlace.HandedOut || _stopped)
                {
                    continue;
                }

                if (isToBlame)
                {
                    Fail(lease.Item, _items.Queues.Add);
                }
                else
                {
                    _items.Queues.Add(lease.Item);
                }
            }
        });
    }

    /// <summary>The streams whose workers take nothing any more.</summary>
    /// <param name="checks">For how many checks in a row.</param>
    public IReadOnlyList<WorkerStream> Stuck(int checks)
    {
        lock (_lock)
        {
            return _workers.Stuck(checks);
        }
    }

    /// <summary>Takes back the turns that were handed out that long ago: their workers do not come to an end with them.</summary>
    public void TakeBackTurns(TimeSpan age)
    {
        Change(() =>
        {
            _leases.Overdue(age).ForEach(FailOf);
        });
    }

    /// <summary>The lease of that token, to add to its answer; null if the token is no good.</summary>
    public Lease? Find(string token)
    {
        lock (_lock)
        {
            return _leases.Find(token) is { Item.Place: not WorkItemPlace.Committing } lease ? lease : null;
        }
    }

    /// <summary>Claims the lease for committing its answer; of two answers with one token only one gets it.</summary>
    public bool TryClaim(Lease lease)
    {
        lock (_lock)
        {
            if (!_leases.Holds(lease) || lease.Item.Place is WorkItemPlace.Committing or WorkItemPlace.Gone)
            {
                return false;
            }

            lease.Item.Place = WorkItemPlace.Committing;
            return true;
        }
    }

    /// <summary>The answer could not be committed: the worker may try again.</summary>
    public void Unclaim(Lease lease)
    {
        Change(() =>
        {
            if (lease.IsDetached)
            {
                _items.Queues.Add(lease.Item);
                return;
            }

            lease.Item.Place = WorkItemPlace.HandedOut;
            if (lease.IsRefused)
            {
                Refuse(lease);
            }
        });
    }

    /// <summary>The item is done with, unless something came for it meanwhile.</summary>
    public void Settle(Lease lease, bool hasMore)
    {
        Change(() =>
        {
            if (_leases.Revoke(lease))
            {
                Forget(lease.Item);
                _items.GoOn(lease.Item, hasMore);
            }
        });
    }

    /// <summary>The item is handed out anew, as if it had not been before.</summary>
    public void Repeat(Lease lease)
    {
        Change(() =>
        {
            if (_leases.Revoke(lease))
            {
                _items.Queues.Add(lease.Item);
            }
        });
    }

    /// <summary>The worker came to no end with the item, which counts as an attempt.</summary>
    public void Fail(Lease lease) => Change(() => FailOf(lease));

    /// <summary>
    /// The worker gives the item back, because it is not for it or because it could not bring its answer home. That says nothing about the
    /// item, and counts no attempt. An unknown token changes nothing.
    /// </summary>
    public void Refuse(string token)
    {
        Change(() =>
        {
            if (_leases.Find(token) is { } lease)
            {
                Refuse(lease);
            }
        });
    }

    /// <summary>The item never reached its worker: it waits a moment and counts no attempt.</summary>
    public void PutBack(Lease lease)
    {
        Change(() =>
        {
            if (_leases.Revoke(lease) && lease.Item.Place == WorkItemPlace.HandedOut)
            {
                Rest(lease.Item, options.RefusalBackoff);
            }
        });
    }

    /// <summary>Hands nothing out any more.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
        }
    }

    private void Refuse(Lease lease)
    {
        if (TakeFrom(lease))
        {
            lease.Item.Refusals++;
            OfferToAnotherOrRest(lease.Item);
        }
    }

    private void FailOf(Lease lease)
    {
        if (TakeFrom(lease))
        {
            Fail(lease.Item, OfferToAnotherOrRest);
        }
    }

    // False if it is not the worker's any more, or its answer is being committed.
    private bool TakeFrom(Lease lease)
    {
        if (lease.Item.Place == WorkItemPlace.Committing)
        {
            lease.IsRefused = true;
            return false;
        }

        _leases.Revoke(lease);
        lease.Item.RefusedBy.Add(lease.Stream);
        return lease.Item.Place == WorkItemPlace.HandedOut;
    }

    // The one way in for changes: whatever can be handed out afterwards is, outside the lock.
    private void Change(Action change)
    {
        Lease[] granted;
        (HubWorkItem Item, bool IsLast)[] failed;
        lock (_lock)
        {
            change();
            while (!_stopped && Match())
            {
            }

            granted = [.. _granted];
            failed = [.. _failed];
            _granted.Clear();
            _failed.Clear();
        }

        Array.ForEach(failed, attempt => noteFailure(attempt.Item, attempt.IsLast));
        Array.ForEach(granted, handOut);
    }

    private bool Match()
    {
        if (_items.Queues.Take(_workers.HasTakerOf, suspect => _workers.BestFor(suspect) is not null) is not { } item)
        {
            return false;
        }

        Grant(item, _workers.BestFor(item)!);
        return true;
    }

    private void Grant(HubWorkItem item, WorkerStream stream)
    {
        _granted.Add(_leases.Grant(item, stream));
        if (item.IsSuspect)
        {
            // Others may be waiting for it to prove harmless.
            _ = ChangeLaterAsync(WorkerStream.ProofTime, () => { });
        }
    }

    private void ForgetUntaken(HubWorkItem item)
    {
        if (item.Place is WorkItemPlace.Waiting or WorkItemPlace.Resting)
        {
            Forget(item);
        }
    }

    private void Forget(HubWorkItem item)
    {
        item.Place = WorkItemPlace.Gone;
        _leases.RevokeOf(item);
        _items.Remove(item);
    }

    private void Fail(HubWorkItem item, Action<HubWorkItem> retry)
    {
        item.Attempts++;
        if (item is ActivityItem { IsUnwanted: true })
        {
            Forget(item);
            return;
        }

        bool isLast = item.Attempts >= options.MaxAttempts;
        _failed.Add((item, isLast));
        if (isLast)
        {
            // It stays known until its end is on the disk: if that takes its time, something must remember that it is due.
            item.Place = WorkItemPlace.Failing;
            _leases.RevokeOf(item);

            (item as OrchestrationItem)?.HasMessages = false;
        }
        else
        {
            retry(item);
        }
    }

    // Not back into the queue: there the one that refused it could be the first to have room again.
    private void OfferToAnotherOrRest(HubWorkItem item)
    {
        if (_workers.BestFor(item) is { } best && !item.RefusedBy.Contains(best) && !_stopped)
        {
            Grant(item, best);
        }
        else
        {
            Rest(item, RefusalRest.After(Math.Max(1, item.Attempts + item.Refusals), options.RefusalBackoff));
        }
    }

    private void Rest(HubWorkItem item, TimeSpan span)
    {
        item.Place = WorkItemPlace.Resting;
        _ = ChangeLaterAsync(span, () =>
        {
            if (item.Place == WorkItemPlace.Resting)
            {
                _items.Queues.Add(item);
            }
        });
    }

    private async Task ChangeLaterAsync(TimeSpan span, Action change)
    {
        await Task.Delay(span, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!stopping.IsCancellationRequested)
        {
            Change(change);
        }
    }
}
