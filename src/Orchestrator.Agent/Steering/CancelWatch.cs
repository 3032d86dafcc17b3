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

            while (!await TryCancelAsync(folder, ended))
            {
                await Task.Delay(Interval, time, ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The command ended before anybody canceled the run.
        }
    }

    /// <returns>False while there is no command: it is about to start, or the call needs none and ends by itself.</returns>
    private async Task<bool> TryCancelAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            await commands.CancelAsync(folder, cancellationToken);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }
}
