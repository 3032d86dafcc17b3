using System.Threading.Channels;
using Orchestrator.Failpoints;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>
/// Sees to it that every result gets to the disk soon. A sync is the dearest part of a step: a result waits a moment for
/// the turn that it wakes, to share one with it.
/// </summary>
internal sealed class ResultCommits(HubCommits commits, TimeSpan patience, TimeProvider pace)
{
    private readonly Channel<(PendingResult Result, long Since)> _waiting =
        Channel.CreateUnbounded<(PendingResult, long)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Gives the result a moment to go with its turn.</summary>
    public void Watch(PendingResult result)
    {
        if (!_waiting.Writer.TryWrite((result, pace.GetTimestamp())))
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
            while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
            {
                while (_waiting.Reader.TryRead(out (PendingResult Result, long Since) next))
                {
                    // A hub that stops does not wait, and loses nothing either.
                    await WaitAsync(next.Result, next.Since, cancellationToken)
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                    CommitAlone(next.Result);
                }
            }
        }
        finally
        {
            _waiting.Writer.Complete();
            while (_waiting.Reader.TryRead(out (PendingResult Result, long Since) left))
            {
                CommitAlone(left.Result);
            }
        }
    }

    private Task WaitAsync(PendingResult result, long since, CancellationToken cancellationToken)
    {
        TimeSpan wait = patience - pace.GetElapsedTime(since);
        return result.IsWaiting && wait > TimeSpan.Zero ? Task.Delay(wait, pace, cancellationToken) : Task.CompletedTask;
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
