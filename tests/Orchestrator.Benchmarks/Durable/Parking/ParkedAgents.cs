namespace Orchestrator.Benchmarks.Durable.Parking;

/// <summary>Agents that each take a model turn, wait for a decision, and then run a tool; numbered from 0.</summary>
internal abstract class ParkedAgents(int agents) : IAsyncDisposable
{
    // Made before memory is counted.
    private readonly TaskCompletionSource<long>[] _resumed =
        [.. Enumerable.Range(0, agents).Select(_ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously))];

    /// <summary>Those whose memory is the agents' price.</summary>
    public abstract IReadOnlyList<int> Processes { get; }

    /// <summary>Starts an agent; returns when it waits.</summary>
    public abstract Task ParkAsync(int agent, CancellationToken cancellationToken);

    /// <summary>Tells an agent; returns when the decision cannot be lost any more.</summary>
    public abstract Task DecideAsync(int agent, CancellationToken cancellationToken);

    public abstract Task WaitForEndAsync(int agent, CancellationToken cancellationToken);

    /// <summary>Has the processes give memory back that they don't need.</summary>
    public abstract Task CollectAsync(CancellationToken cancellationToken);

    /// <summary>Decides, and waits until the tool has started.</summary>
    /// <returns>The milliseconds between.</returns>
    public async Task<double> LetGoAsync(int agent, CancellationToken cancellationToken)
    {
        long decided = TimeProvider.System.GetTimestamp();
        await DecideAsync(agent, cancellationToken);
        long resumed = await _resumed[agent].Task.WaitAsync(cancellationToken);
        return TimeProvider.System.GetElapsedTime(decided, resumed).TotalMilliseconds;
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>The agent's tool starts.</summary>
    protected void Resume(int agent) => _resumed[agent].TrySetResult(TimeProvider.System.GetTimestamp());
}
