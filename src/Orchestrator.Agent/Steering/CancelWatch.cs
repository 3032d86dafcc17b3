using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Steering;

/// <summary>Stops a command that is followed, once somebody has canceled its run.</summary>
public sealed class CancelWatch(ISignalStore signals, ICommandRunner commands, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public Task<bool> IsCanceledAsync(string run, CancellationToken cancellationToken) => signals.IsCanceledAsync(run, cancellationToken);

    /// <summary>Follows a command by the given function and asks for its end when the run is canceled meanwhile.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">The command's folder.</param>
    /// <param name="follow">Runs or follows the command.</param>
    public async Task<ToolOutcome> FollowAsync(
        string run, string folder, Func<CancellationToken, Task<ToolOutcome>> follow, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task watching = StopOnSignalAsync(run, folder, ended.Token);
        try
        {
            return await follow(cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
        }
    }

    private async Task StopOnSignalAsync(string run, string folder, CancellationToken ended)
    {
        try
        {
            while (!await signals.IsCanceledAsync(run, ended))
            {
                await Task.Delay(Interval, time, ended);
            }

            // A call without a command of its own never makes the folder; it ends by itself.
            while (!Directory.Exists(folder))
            {
                await Task.Delay(Interval, time, ended);
            }

            await commands.CancelAsync(folder, ended);
        }
        catch (OperationCanceledException)
        {
            // The command ended before anybody canceled the run.
        }
    }
}
