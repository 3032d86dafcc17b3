using Microsoft.Extensions.Hosting;

namespace Orchestrator.Agent.Models;

/// <summary>Has a worker that is stopped wait for the answers of models that are under way, before anything else of it is stopped.</summary>
/// <param name="calls">What is under way.</param>
/// <param name="longest">How long they are waited for.</param>
/// <param name="tell">Is told how many there are, if there are any.</param>
public sealed class ModelDrain(ModelCalls calls, TimeSpan longest, Action<int> tell) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits until they have ended, or for so long, or until nobody wants to wait any more.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Task ended = calls.EndAsync();
        if (calls.Count is > 0 and var count)
        {
            tell(count);
        }

        // On the machine's clock: a process that is stopped waits for no other.
        await ended.WaitAsync(longest, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
