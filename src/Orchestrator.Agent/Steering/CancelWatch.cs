using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Steering;

/// <summary>Stops what is followed, once somebody has canceled its run.</summary>
public sealed class CancelWatch(ISignalStore signals, ICommandRunner commands, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public Task<bool> IsCanceledAsync(string run, CancellationToken cancellationToken) => signals.IsCanceledAsync(run, cancellationToken);

    /// <summary>Does something that ends as soon as the run is canceled.</summary>
    /// <exception cref="OperationCanceledException">The run was canceled first.</exception>
    public async Task<T> WhileWantedAsync<T>(string run, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var unwanted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task watching = WatchAsync();
        try
        {
            return await work(unwanted.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
        }

        async Task WatchAsync()
        {
            try
            {
                while (!await signals.IsCanceledAsync(run, ended.Token))
                {
                    await Task.Delay(Interval, time, ended.Token);
                }

                await unwanted.CancelAsync();
            }
            catch (OperationCanceledException)
            {
                // The work ended before anybody canceled the run.
            }
        }
    }

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
