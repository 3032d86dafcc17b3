using Microsoft.DurableTask;
using Orchestrator.Protocol;

namespace Orchestrator.DurableTask.Tests.Replay;

public sealed class OrchestratorSchedulerTests
{
    public static TheoryData<Func<TaskOrchestrationContext, Task<string>>> ForeignWaits => new()
    {
        async _ => await new TaskCompletionSource<string>().Task,
        async _ =>
        {
            await Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System);
            return "";
        },
        async context =>
        {
            await Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System).ConfigureAwait(false);
            return await context.CallActivityAsync<string>("Work");
        },
        context => Task.Run(() => context.CallActivityAsync<string>("Work")),
    };

    [Theory]
    [MemberData(nameof(ForeignWaits))]
    public void WaitForWhatIsNotDurable_FailsTheOrchestrationAndSaysWhy(Func<TaskOrchestrationContext, Task<string>> orchestrator)
    {
        OrchestratorAction end = Assert.Single(TestInstance.Of(orchestrator).Start());

        Assert.Contains("something that is not durable", end.CompleteOrchestration.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void DurableTaskAwaitedOutsideTheContext_FailsTheOrchestration()
    {
        var instance = TestInstance.Of(async context =>
        {
            await context.CallActivityAsync("Work").ConfigureAwait(false);
            return await context.CallActivityAsync<string>("Work");
        });

        instance.Start();
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(0)));

        Assert.Contains("something that is not durable", end.CompleteOrchestration.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Yield_GoesOnWithinTheTurn()
    {
        var instance = TestInstance.Of(async context =>
        {
            await Task.Yield();
            return await context.CallActivityAsync<string>("Work");
        });

        Assert.Equal("Work", Assert.Single(instance.Start()).ScheduleTask.Name);
    }

    [Fact]
    public void AfterATurn_TheCallersContextIsBack()
    {
        SynchronizationContext? before = SynchronizationContext.Current;

        TestInstance.Of(context => context.CallActivityAsync<string>("Work")).Start();

        Assert.Same(before, SynchronizationContext.Current);
    }
}
