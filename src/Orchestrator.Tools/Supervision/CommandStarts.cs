using System.Threading.Channels;

namespace Orchestrator.Tools.Supervision;

/// <summary>
/// How many commands this process starts at once: one for each processor. To start one is the processor's work (a supervisor, a sandbox, a
/// shell), so more at once are no sooner begun, and whatever else the machine does waits behind all of them. How many run is not its concern.
/// </summary>
internal sealed class CommandStarts
{
    // Nothing of it ends with the process's services: a turn may end behind them.
    private readonly Channel<bool> _free = Channel.CreateUnbounded<bool>();
    private readonly TimeProvider _time;

    public CommandStarts(TimeProvider time)
    {
        _time = time;
        for (int processor = 0; processor < Environment.ProcessorCount; processor++)
        {
            _free.Writer.TryWrite(true);
        }
    }

    /// <summary>Waits for its turn.</summary>
    public async Task<StartTurn> TurnAsync(CancellationToken cancellationToken)
    {
        await _free.Reader.ReadAsync(cancellationToken);
        return new StartTurn(() => _free.Writer.TryWrite(true), _time);
    }
}
