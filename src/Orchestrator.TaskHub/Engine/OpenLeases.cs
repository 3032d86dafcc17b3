namespace Orchestrator.TaskHub.Engine;

/// <summary>The hand-outs whose answers still count, by their tokens. The dispatcher's lock guards it.</summary>
internal sealed class OpenLeases(TimeProvider pace)
{
    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);

    public Lease? Find(string token) => _leases.GetValueOrDefault(token);

    public bool Holds(Lease lease) => _leases.ContainsKey(lease.Token);

    /// <summary>Hands the item to the worker; whoever had it before has it no more.</summary>
    public Lease Grant(HubWorkItem item, WorkerStream stream)
    {
        RevokeOf(item);
        var lease = new Lease(item, stream, pace);
        _leases.Add(lease.Token, lease);
        item.Lease = lease;
        item.Place = WorkItemPlace.HandedOut;
        stream.Take(lease);
        return lease;
    }

    /// <returns>False if it had been revoked before.</returns>
    public bool Revoke(Lease lease)
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

    public void RevokeOf(HubWorkItem item)
    {
        if (item.Lease is { } lease)
        {
            Revoke(lease);
        }
    }

    public List<Lease> Overdue(TimeSpan age) => [.. _leases.Values.Where(lease => lease.IsOverdue(age))];

    /// <summary>
    /// Detaches what the lost worker had, and says of each whether it may be why the worker was lost: whatever the worker may have seen, but
    /// of several suspects only the one that came last.
    /// </summary>
    public IReadOnlyList<(Lease Lease, bool IsToBlame)> Lose(WorkerStream stream)
    {
        List<Lease> lost = [.. _leases.Values.Where(lease => lease.Stream == stream && !lease.IsDetached)];
        lost.ForEach(lease => lease.IsDetached = true);
        Lease? newestSuspect = lost.Where(lease => lease is { IsSent: true, Item.IsSuspect: true }).MaxBy(lease => lease.Since);
        return [.. lost.Select(lease => (lease, lease.IsSent && (!lease.Item.IsSuspect || lease == newestSuspect)))];
    }
}
