namespace Orchestrator.Simulation.Tests.Sockets;

/// <summary>A machine's clock that somebody sets. Its timers and timestamps go on as they did: they are not by the time of day.</summary>
internal sealed class SettableClock(TimeSpan offset) : TimeProvider
{
    private long _offset = offset.Ticks;

    public void Step(TimeSpan span) => Interlocked.Add(ref _offset, span.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));
}
