using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Tests.Measures;

public sealed class MachineTimeTests
{
    [Fact]
    public void IdleAndStolenTime_IsNoWork() =>
        Assert.Equal(1.5, MachineTime.BusySeconds("cpu  50 20 30 9000 400 25 25 777 3 1"));
}
