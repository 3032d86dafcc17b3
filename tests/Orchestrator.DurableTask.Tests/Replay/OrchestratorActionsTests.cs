using Microsoft.DurableTask;
using Orchestrator.Protocol;
using TaskFailureDetails = Orchestrator.Protocol.TaskFailureDetails;

namespace Orchestrator.DurableTask.Tests.Replay;

public sealed class OrchestratorActionsTests
{
    public static TheoryData<string, Func<TaskOrchestrationContext, Task<string>>> OtherOrchestrators => new()
    {
        { "activity 'Other'", context => context.CallActivityAsync<string>("Other") },
        { "a timer", RestAsync },
        { "sub-orchestration 'Work'", context => context.CallSubOrchestratorAsync<string>("Work") },
        { "nothing", context => context.WaitForExternalEvent<string>("Go") },
    };

    [Theory]
    [MemberData(nameof(OtherOrchestrators))]
    public void ReplayAsksForSomethingElse_FailsAndSaysBoth(string asked, Func<TaskOrchestrationContext, Task<string>> changed)
    {
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Work"));
        instance.Start();

        OrchestratorAction end = Assert.Single(instance.ReplayedBy(changed, Happened.ActivityCompleted(0, "done")));

        TaskFailureDetails failure = end.CompleteOrchestration.FailureDetails;
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", failure.ErrorType);
        Assert.StartsWith(
            $"History says that step 0 of the orchestration was activity 'Work', but replayed it is {asked}.", failure.ErrorMessage);
    }

    [Fact]
    public void ReplayDiffersInTheCaseOfANameOnly_GoesOn()
    {
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Work"));
        instance.Start();

        OrchestratorAction end = Assert.Single(
            instance.ReplayedBy(context => context.CallActivityAsync<string>("WORK"), Happened.ActivityCompleted(0, "done")));

        Assert.Equal("\"done\"", end.CompleteOrchestration.Result);
    }

    private static async Task<string> RestAsync(TaskOrchestrationContext context)
    {
        await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        return "rested";
    }
}
