using Orchestrator.Benchmarks.Product;

namespace Orchestrator.Benchmarks.Tests.Product;

public sealed class TurnGateTests
{
    [Fact]
    public async Task WhoCameFirst_IsLetThroughFirst()
    {
        var gate = new TurnGate();
        Task first = gate.EnterAsync();
        Task second = gate.EnterAsync();

        gate.LetOne();
        await first;

        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task NobodyWaits_NothingIsSavedUp()
    {
        var gate = new TurnGate();
        gate.LetOne();

        Task late = gate.EnterAsync();
        Assert.False(late.IsCompleted);

        gate.Open();
        await late;
        await gate.EnterAsync();
    }
}
