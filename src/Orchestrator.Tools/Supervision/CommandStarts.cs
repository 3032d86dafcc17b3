namespace Orchestrator.Tools.Supervision;

/// <summary>
/// How many commands this process starts at once: one for each processor. To start one is the processor's work (a supervisor, a sandbox, a
/// shell), so more at once are no sooner begun, and whatever else the machine does waits behind all of them. How many run is not its concern.
/// </summary>
internal sealed class CommandStarts(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _free = new(Environment.ProcessorCount);

    /// <summary>Waits for its turn.</summary>
    public async Task<StartTurn> TurnAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new StartTurn(_free, time);
    }

    public void Dispose() => _free.Dispose();
}
