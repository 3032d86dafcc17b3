namespace Orchestrator.Cli.Running;

/// <summary>Knows how long a phase has lasted while it was watched, and when a reader of plain lines wants to hear that it goes on.</summary>
internal sealed class PhaseClock(TimeProvider time)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    private RunPhase? _phase;
    private long _since;
    private TimeSpan _next;

    /// <summary>How long the phase has lasted.</summary>
    public TimeSpan Lasted => time.GetElapsedTime(_since);

    /// <returns>A line for a log, if one is due: for a phase that shows nothing by itself and takes its time.</returns>
    public string? Look(RunPhase phase)
    {
        if (phase != _phase)
        {
            _phase = phase;
            _since = time.GetTimestamp();
            _next = phase is RunPhase.Preparing ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(10);
        }

        if (phase is not (RunPhase.Preparing or RunPhase.AskingModel) || Lasted < _next)
        {
            return null;
        }

        _next += Again;
        return phase is RunPhase.Preparing
            ? $"still {phase.Words}, {Lasted.TotalSeconds:0} s so far"
            : $"still {phase.Words}: no answer for {Lasted.TotalSeconds:0} s";
    }
}
