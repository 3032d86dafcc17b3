using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Orchestrator.Failpoints;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>Fires timers from the store; in memory it keeps only the time of the next one.</summary>
internal sealed class DurableTimers : IDisposable
{
    // A clock may be set, and a machine may sleep while the time of day goes on. Looking again costs nothing: it is a look at
    // the clock, not at the store.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly HubCommits _commits;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _timer;
    private DateTimeOffset? _next;

    public DurableTimers(HubCommits commits, TimeProvider time, ILogger logger)
    {
        _commits = commits;
        _logger = logger;
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Schedule(DateTimeOffset fireAt)
    {
        lock (_lock)
        {
            if (_next is { } next && next <= fireAt)
            {
                return;
            }

            _next = fireAt;
            _timer.Change(Wait(fireAt), Timeout.InfiniteTimeSpan);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Schedule(_commits.Now);
        while (true)
        {
            await _due.Reader.ReadAsync(cancellationToken);
            lock (_lock)
            {
                _next = null;
            }

            if (await FireAsync(cancellationToken) is { } next)
            {
                Schedule(next);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private async Task<DateTimeOffset?> FireAsync(CancellationToken cancellationToken)
    {
        try
        {
            Failpoint.Hit("hub.timers.looking");
            return await _commits.WriteAsync(TimerSteps.FireTimers, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.TimersFailed(_logger, exception);
            return _commits.Now + RetryAfter;
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_next is { } next && next > _commits.Now)
            {
                _timer.Change(Wait(next), Timeout.InfiniteTimeSpan);
                return;
            }
        }

        _due.Writer.TryWrite(true);
    }

    private TimeSpan Wait(DateTimeOffset fireAt)
    {
        TimeSpan wait = fireAt - _commits.Now;
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
    }
}
