using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>
/// Who has what: work items, connected workers and leases. All of it lives in memory, for the store holds what waits,
/// and a hub that restarts hands everything out again. Every change tells at once whom it lets work: nothing polls.
/// </summary>
internal sealed class Dispatcher
{
    private readonly Lock _lock = new();
    private readonly TaskHubOptions _options;
    private readonly TimeProvider _time;
    private readonly TimeProvider _pace;
    private readonly Action<Lease> _handOut;
    private readonly Action<HubWorkItem> _noteFailure;
    private readonly ConnectedWorkers _workers;
    private readonly WorkItemQueues _queues = new();
    private readonly OrchestrationItems _orchestrations;
    private readonly Dictionary<ActivityKey, ActivityItem> _activities = [];
    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly List<Lease> _granted = [];
    private readonly List<HubWorkItem> _failed = [];
    private bool _stopped;

    public Dispatcher(
        TaskHubOptions options, TimeProvider time, TimeProvider pace, LiveInstances live,
        Action<Lease> handOut, Action<HubWorkItem> noteFailure)
    {
        _options = options;
        _time = time;
        _pace = pace;
        _handOut = handOut;
        _noteFailure = noteFailure;
        _workers = new ConnectedWorkers(live);
        _orchestrations = new OrchestrationItems(_queues);
    }

    public void Add(IEnumerable<Instance> waking, IEnumerable<PendingActivity> activities)
    {
        Change(() =>
        {
            foreach (Instance instance in waking)
            {
                _orchestrations.Wake(instance);
            }

            foreach (PendingActivity activity in activities)
            {
                // An answer that reuses the id of an open activity asks for nothing new: one result answers both.
                var item = new ActivityItem(activity);
                if (_activities.TryAdd(item.Key, item))
                {
                    _queues.Add(item);
                }
            }
        });
    }

    /// <summary>Lets the instance take the turn that the result wakes it for.</summary>
    public void Deliver(PendingResult result) => Change(() => _orchestrations.Deliver(result));

    /// <summary>Forgets the instance's activities that wait; what workers have stays theirs until they answer.</summary>
    public void DropActivities(long instanceKey)
    {
        Change(() =>
        {
            foreach (ActivityItem item in _activities.Values.Where(item => item.Asker.Key == instanceKey).ToList())
            {
                item.IsUnwanted = true;
                if (item.Place is WorkItemPlace.Waiting or WorkItemPlace.Resting)
                {
                    Forget(item);
                }
            }
        });
    }

    public void Open(WorkerStream stream)
    {
        Change(() =>
        {
            _workers.Add(stream);

            // What others refused, this one may want.
            IEnumerable<HubWorkItem> resting = _orchestrations.All.Concat<HubWorkItem>(_activities.Values)
                .Where(item => item.Place == WorkItemPlace.Resting && stream.Accepts(item.Subject));
            foreach (HubWorkItem item in resting)
            {
                _queues.Add(item);
            }
        });
    }

    /// <summary>Takes back all that the worker had. Its tokens stay good until the items are handed out again.</summary>
    public void Close(WorkerStream stream)
    {
        Change(() =>
        {
            _workers.Remove(stream);
            foreach (Lease lease in _leases.Values.Where(lease => lease.Stream == stream && !lease.IsDetached).ToList())
            {
                lease.IsDetached = true;

                // A hub that stops takes work back from workers that did nothing wrong.
                if (lease.Item.Place != WorkItemPlace.HandedOut || _stopped)
                {
                    continue;
                }

                if (lease.IsSent)
                {
                    Fail(lease.Item, _queues.Add);
                }
                else
                {
                    _queues.Add(lease.Item);
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
            foreach (Lease lease in _leases.Values.Where(lease => lease.IsOverdue(age)).ToList())
            {
                Refuse(lease);
            }
        });
    }

    /// <summary>The lease of that token, to add to its answer; null if the token is no good.</summary>
    public Lease? Find(string token)
    {
        lock (_lock)
        {
            return _leases.TryGetValue(token, out Lease? lease) && lease.Item.Place != WorkItemPlace.Committing ? lease : null;
        }
    }

    /// <summary>Claims the lease for committing its answer; of two answers with one token only one gets it.</summary>
    public bool TryClaim(Lease lease)
    {
        lock (_lock)
        {
            if (!_leases.ContainsKey(lease.Token) || lease.Item.Place is WorkItemPlace.Committing or WorkItemPlace.Gone)
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
                _queues.Add(lease.Item);
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
            if (!Revoke(lease))
            {
                return;
            }

            Forget(lease.Item);
            if (lease.Item is OrchestrationItem item)
            {
                _orchestrations.GoOn(item, hasMore);
            }
        });
    }

    /// <summary>The item is handed out anew, as if it had not been before.</summary>
    public void Repeat(Lease lease)
    {
        Change(() =>
        {
            if (Revoke(lease))
            {
                _queues.Add(lease.Item);
            }
        });
    }

    /// <summary>The worker gives the item back; an unknown token changes nothing.</summary>
    public void Refuse(string token)
    {
        Change(() =>
        {
            if (_leases.TryGetValue(token, out Lease? lease))
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
            if (Revoke(lease) && lease.Item.Place == WorkItemPlace.HandedOut)
            {
                Rest(lease.Item, _options.RefusalBackoff);
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
        if (lease.Item.Place == WorkItemPlace.Committing)
        {
            lease.IsRefused = true;
            return;
        }

        Revoke(lease);
        lease.Item.RefusedBy.Add(lease.Stream);
        if (lease.Item.Place == WorkItemPlace.HandedOut)
        {
            Fail(lease.Item, OfferToAnotherOrRest);
        }
    }

    // The one way in for changes: whatever can be handed out afterwards is, outside the lock.
    private void Change(Action change)
    {
        Lease[] granted;
        HubWorkItem[] failedItems;
        lock (_lock)
        {
            change();
            while (!_stopped && Match())
            {
            }

            granted = [.. _granted];
            failedItems = [.. _failed];
            _granted.Clear();
            _failed.Clear();
        }

        Array.ForEach(failedItems, _noteFailure);
        Array.ForEach(granted, _handOut);
    }

    private bool Match()
    {
        if (_queues.Take(_workers.HasTakerOf) is not { } item)
        {
            return false;
        }

        Grant(item, _workers.BestFor(item)!);
        return true;
    }

    private void Grant(HubWorkItem item, WorkerStream stream)
    {
        if (item.Lease is { } former)
        {
            Revoke(former);
        }

        var lease = new Lease(item, stream, _pace);
        _leases.Add(lease.Token, lease);
        item.Lease = lease;
        item.Place = WorkItemPlace.HandedOut;
        stream.Take(item.Subject.Kind);
        _granted.Add(lease);
    }

    private bool Revoke(Lease lease)
    {
        if (!_leases.Remove(lease.Token))
        {
            return false;
        }

        lease.Item.Lease = null;
        if (!lease.IsDetached)
        {
            lease.Stream.GiveBack(lease.Item.Subject.Kind);
        }

        return true;
    }

    private void Forget(HubWorkItem item)
    {
        item.Place = WorkItemPlace.Gone;
        if (item.Lease is { } lease)
        {
            Revoke(lease);
        }

        switch (item)
        {
            case OrchestrationItem orchestration:
                _orchestrations.Remove(orchestration);
                break;
            case ActivityItem activity:
                _activities.Remove(activity.Key);
                break;
        }
    }

    private void Fail(HubWorkItem item, Action<HubWorkItem> retry)
    {
        item.Attempts++;
        if (item is ActivityItem { IsUnwanted: true })
        {
            Forget(item);
            return;
        }

        _failed.Add(item);
        if (item.Attempts >= _options.MaxAttempts)
        {
            Forget(item);
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
            Rest(item, RefusalRest.After(item.Attempts, _options.RefusalBackoff));
        }
    }

    private void Rest(HubWorkItem item, TimeSpan span)
    {
        item.Place = WorkItemPlace.Resting;
        _ = EndRestAsync(item, span);
    }

    private async Task EndRestAsync(HubWorkItem item, TimeSpan span)
    {
        await Task.Delay(span, _time);
        Change(() =>
        {
            if (item.Place == WorkItemPlace.Resting)
            {
                _queues.Add(item);
            }
        });
    }
}
