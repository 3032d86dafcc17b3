using Microsoft.DurableTask;
using Orchestrator.Protocol;
using TaskFailureDetails = Orchestrator.Protocol.TaskFailureDetails;

namespace Orchestrator.DurableTask.Tests.Replay;

public sealed class DurableRetryTests
{
    private static readonly TaskFailureDetails Failure = Happened.Failure("busy");

    [Fact]
    public void Policy_CallsAgainAfterEachTimerUntilItSucceeds()
    {
        TaskOptions retry = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(10), 2));
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Work", "in", retry));

        OrchestratorAction first = Assert.Single(instance.Start());
        OrchestratorAction wait = Assert.Single(instance.Turn(Happened.ActivityFailed(0, Failure)));
        OrchestratorAction second = Assert.Single(instance.Turn(Happened.TimerFired(1)));
        OrchestratorAction longerWait = Assert.Single(instance.Turn(Happened.ActivityFailed(2, Failure)));
        OrchestratorAction third = Assert.Single(instance.Turn(Happened.TimerFired(3)));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(4, "done")));

        Assert.Equal(first.ScheduleTask, second.ScheduleTask);
        Assert.Equal(first.ScheduleTask, third.ScheduleTask);
        Assert.Equal(TestInstance.StartedAt.AddSeconds(1 + 10), wait.CreateTimer.FireAt.ToDateTime());
        Assert.Equal(TestInstance.StartedAt.AddSeconds(3 + 20), longerWait.CreateTimer.FireAt.ToDateTime());
        Assert.Equal("\"done\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void PolicyIsSpent_TheLastFailureIsThrownAfterATimerWithoutAWait()
    {
        TaskOptions retry = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(10)));
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Work", retry));

        instance.Start();
        instance.Turn(Happened.ActivityFailed(0, Failure));
        instance.Turn(Happened.TimerFired(1));
        OrchestratorAction noWait = Assert.Single(instance.Turn(Happened.ActivityFailed(2, Happened.Failure("still busy"))));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.TimerFired(3)));

        Assert.Equal(TestInstance.StartedAt.AddSeconds(3), noWait.CreateTimer.FireAt.ToDateTime());
        Assert.Equal("still busy", end.CompleteOrchestration.FailureDetails.InnerFailure.ErrorMessage);
    }

    [Fact]
    public void FailureThatIsFinal_IsNotTriedAgain()
    {
        TaskOptions retry = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(10)));
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Unknown", retry));

        instance.Start();
        OrchestratorAction end = Assert.Single(
            instance.Turn(Happened.ActivityFailed(0, Happened.Failure("no such activity", "ActivityTaskNotFound", isFinal: true))));

        Assert.Equal("ActivityTaskNotFound", end.CompleteOrchestration.FailureDetails.InnerFailure.ErrorType);
    }

    [Fact]
    public void FailureThatThePolicyDoesNotHandle_IsNotTriedAgain()
    {
        TaskOptions retry = TaskOptions.FromRetryPolicy(
            new RetryPolicy(5, TimeSpan.FromSeconds(10)) { HandleFailure = failure => failure.ErrorMessage != "busy" });
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Work", retry));

        instance.Start();
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityFailed(0, Failure)));

        Assert.Equal(OrchestrationStatus.Failed, end.CompleteOrchestration.OrchestrationStatus);
    }

    [Fact]
    public void SubOrchestrationWithAPolicy_IsCalledAgainUnderTheSameId()
    {
        TaskOptions retry = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(10)));
        var instance = TestInstance.Of(context => context.CallSubOrchestratorAsync<string>("Child", retry));

        OrchestratorAction first = Assert.Single(instance.Start());
        instance.Turn(Happened.ChildFailed(0, Failure));
        OrchestratorAction second = Assert.Single(instance.Turn(Happened.TimerFired(1)));

        Assert.Equal(first.CreateSubOrchestration, second.CreateSubOrchestration);
    }

    [Fact]
    public void Handler_DecidesAndMayWait()
    {
        TaskOptions retry = TaskOptions.FromRetryHandler(async retried =>
        {
            await retried.OrchestrationContext.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            return retried.LastAttemptNumber < 2 && retried.LastFailure.ErrorMessage == "busy";
        });
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Work", retry));

        instance.Start();
        Assert.NotNull(Assert.Single(instance.Turn(Happened.ActivityFailed(0, Failure))).CreateTimer);
        Assert.NotNull(Assert.Single(instance.Turn(Happened.TimerFired(1))).ScheduleTask);
        Assert.NotNull(Assert.Single(instance.Turn(Happened.ActivityFailed(2, Failure))).CreateTimer);
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.TimerFired(3)));

        Assert.Equal("busy", end.CompleteOrchestration.FailureDetails.InnerFailure.ErrorMessage);
    }
}
