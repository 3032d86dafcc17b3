using System.Threading.Channels;
using Orchestrator.Failpoints;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>
/// Sees to it that every result gets to the disk soon. A sync is the dearest part of a step: a result waits a moment for
/// the turn that it wakes, to share one with it.
/// </summary>
internal sealed class ResultCommits(HubCommits commits, TimeSpan patience)
{
    private readonly Channel<(PendingResult Result, long Deadline)> _waiting =
        Channel.CreateUnbounded<(PendingResult, long)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Gives the result a moment to go with its turn.</summary>
    public void Watch(PendingResult result)
    {
        if (!_waiting.Writer.TryWrite((result, Environment.TickCount64 + (long)patience.TotalMilliseconds)))
        {
            CommitAlone(result);
        }
    }

    /// <summary>Commits the result by itself, unless it is under way already.</summary>
    public void CommitAlone(PendingResult result)
    {
        Failpoint.Hit("hub.result.goes-alone");
        if (result.TryGoAlone())
        {
            _ = CommitAsync(result);
        }
    }

    /// <summary>Commits what has waited long enough, and at the end whatever waits still.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach ((PendingResult result, long deadline) in _waiting.Reader.ReadAllAsync(cancellationToken))
            {
                // A hub that stops does not wait, and loses nothing either.
                await WaitAsync(result, deadline, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                CommitAlone(result);
            }
        }
        finally
        {
            _waiting.Writer.Complete();
            while (_waiting.Reader.TryRead(out (PendingResult Result, long Deadline) left))
            {
                CommitAlone(left.Result);
            }
        }
    }

    // Not by the hub's clock: this is about the pace of this machine, not about the time of day.
    private static Task WaitAsync(PendingResult result, long deadline, CancellationToken cancellationToken)
    {
        long wait = deadline - Environment.TickCount64;
        return result.IsWaiting && wait > 0
            ? Task.Delay(TimeSpan.FromMilliseconds(wait), TimeProvider.System, cancellationToken)
            : Task.CompletedTask;
    }

    private async Task CommitAsync(PendingResult result)
    {
        try
        {
            result.ArriveAlone(await commits.WriteAsync(
                transaction => transaction.CompleteActivity(result.Asker.Execution(), result.Event), CancellationToken.None));
        }
        catch (Exception exception)
        {
            // Whoever waits for the commit gets it.
            result.Fail(exception);
        }
    }
}
