using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Hosts;

/// <summary>This process's share in the lease of its host. It doubts the lease well before another host may.</summary>
public sealed class HostLease(ToolHost host, IHostStore hosts, IOptions<HostOptions> options, TimeProvider time)
{
    private const long Never = -1;

    // By the monotonic clock, which nobody sets.
    private long _renewedAt = Never;
    private long _epoch;
    private volatile bool _hasServed;

    public ToolHost Host => host;

    /// <summary>The host's epoch: another one after each time that its lease was over; 0 before the first renewal.</summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    /// <summary>Returns when the lease is held beyond doubt.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        long renewedAt = Interlocked.Read(ref _renewedAt);
        if (renewedAt == Never || time.GetElapsedTime(renewedAt) >= options.Value.SilentFor)
        {
            await RenewAsync(cancellationToken);
        }
    }

    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        // Before the write: however long it takes, the lease lasts from later on.
        long now = time.GetTimestamp();
        long epoch = await hosts.RenewAsync(_hasServed ? host with { Address = null } : host, options.Value.Lease, cancellationToken);
        Interlocked.Exchange(ref _epoch, epoch);
        Interlocked.Exchange(ref _renewedAt, now);
    }

    /// <summary>The process ends: nobody is to look for the host where it served, and what is under way may finish.</summary>
    public async Task StopServingAsync(CancellationToken cancellationToken)
    {
        if (host.Address is not null)
        {
            _hasServed = true;
            await hosts.StopServingAsync(host, cancellationToken);
        }
    }
}
