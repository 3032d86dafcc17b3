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
        ModelCall first = await calls.BeginAsync();
        ModelCall second = await calls.BeginAsync();

        Task stopping = drain.StoppingAsync(CancellationToken.None);
        Task<ModelCall> late = calls.BeginAsync();
        first.Dispose();
        first.Dispose();
        bool waits = !stopping.IsCompleted;
        second.Dispose();
        await stopping.WaitAsync(Hang);

        Assert.True(waits);
        Assert.False(late.IsCompleted);
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
        using ModelCall call = await calls.BeginAsync();
        using var hurry = new CancellationTokenSource();

        await new ModelDrain(calls, TimeSpan.FromMilliseconds(10), _ => { }).StoppingAsync(CancellationToken.None);
        Task stopping = new ModelDrain(calls, Hang, _ => { }).StoppingAsync(hurry.Token);
        await hurry.CancelAsync();
        await stopping.WaitAsync(Hang / 2);

        Assert.Equal(1, calls.Count);
    }
}
