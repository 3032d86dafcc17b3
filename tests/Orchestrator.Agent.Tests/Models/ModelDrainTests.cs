using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Tests.Models;

/// <summary>Calls of models that are under way when a worker is to stop.</summary>
public sealed class ModelDrainTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task CallsUnderWay_AreWaitedForAndNoneBegins()
    {
        var calls = new ModelCalls();
        List<int> told = [];
        var drain = new ModelDrain(calls, Hang, told.Add);
        using var first = new ModelCall(calls);
        using var second = new ModelCall(calls);
        using var third = new ModelCall(calls);
        await first.BeginAsync();
        await first.BeginAsync();
        await second.BeginAsync();

        Task stopping = drain.StoppingAsync(CancellationToken.None);
        Task late = third.BeginAsync();
        first.End();
        first.End();
        bool waits = !stopping.IsCompleted;
        Task repeated = second.BeginAsync();
        await stopping.WaitAsync(Hang);

        Assert.True(waits);
        Assert.False(late.IsCompleted || repeated.IsCompleted);
        Assert.Equal([2], told);
    }

    [Fact]
    public async Task NothingUnderWay_NobodyIsToldAndNothingWaitedFor()
    {
        List<int> told = [];

        await new ModelDrain(new ModelCalls(), Hang, told.Add).StoppingAsync(CancellationToken.None).WaitAsync(Hang / 2);

        Assert.Empty(told);
    }

    [Fact]
    public async Task CallThatDoesNotEnd_IsLetGoOfAfterAWhileAndWhenItIsSaidSo()
    {
        var calls = new ModelCalls();
        using var call = new ModelCall(calls);
        await call.BeginAsync();
        using var hurry = new CancellationTokenSource();

        await new ModelDrain(calls, TimeSpan.FromMilliseconds(10), _ => { }).StoppingAsync(CancellationToken.None);
        Task stopping = new ModelDrain(calls, Hang, _ => { }).StoppingAsync(hurry.Token);
        await hurry.CancelAsync();
        await stopping.WaitAsync(Hang / 2);

        Assert.Equal(1, calls.Count);
    }
}
