namespace Orchestrator.Agent.Tests.Runs;

/// <summary>The machine's clock, but for what a test says has gone by: work that took long, without taking long.</summary>
internal sealed class LeapingTime : TimeProvider
{
    private long _leapt;

    public void Leap(TimeSpan span) => Interlocked.Add(ref _leapt, span.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond);

    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _leapt);
}
