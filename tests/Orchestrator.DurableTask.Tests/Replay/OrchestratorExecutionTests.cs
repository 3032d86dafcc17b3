using Microsoft.DurableTask;
using Orchestrator.Protocol;
using TaskFailureDetails = Orchestrator.Protocol.TaskFailureDetails;

namespace Orchestrator.DurableTask.Tests.Replay;

public sealed class OrchestratorExecutionTests
{
    [Fact]
    public void ActivitiesInARow_AreAskedForOneByOneAndTheLastEndsTheOrchestration()
    {
        var instance = TestInstance.Of<int, int>(async (context, start) =>
        {
            int doubled = await context.CallActivityAsync<int>("Double", start);
            return await context.CallActivityAsync<int>("Double", doubled);
        });

        OrchestratorAction first = Assert.Single(instance.Start(5));
        OrchestratorAction second = Assert.Single(instance.Turn(Happened.ActivityCompleted(0, 10)));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(1, 20)));

        Assert.Equal(new ScheduleTaskAction { Name = "Double", Version = "1.5", Input = "[5]" }, first.ScheduleTask);
        Assert.Equal(new ScheduleTaskAction { Name = "Double", Version = "1.5", Input = "[10]" }, second.ScheduleTask);
        Assert.Equal(2, end.Id);
        Assert.Equal(
            new CompleteOrchestrationAction { OrchestrationStatus = OrchestrationStatus.Completed, Result = "20" },
            end.CompleteOrchestration);
    }

    [Fact]
    public void ActivitiesSideBySide_AreAskedForAtOnceAndMayEndInAnyOrder()
    {
        var instance = TestInstance.Of(async context =>
            string.Concat(await Task.WhenAll(context.CallActivityAsync<string>("A"), context.CallActivityAsync<string>("B"))));

        Assert.Equal(["A", "B"], instance.Start().Select(action => action.ScheduleTask.Name));
        Assert.Empty(instance.Turn(Happened.ActivityCompleted(1, "b")));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(0, "a")));

        Assert.Equal("\"ab\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void SeveralEventsInOneTurn_AreAllPlayed()
    {
        var instance = TestInstance.Of(async context =>
        {
            int sum = 0;
            for (int i = 0; i < 3; i++)
            {
                sum += await context.WaitForExternalEvent<int>("Number");
            }

            return sum;
        });

        instance.Start();
        OrchestratorAction end = Assert.Single(
            instance.Turn(Happened.Raised("Number", 1), Happened.Raised("number", 2), Happened.Raised("NUMBER", 3)));

        Assert.Equal("6", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void ActivityFails_UncaughtFailureIsNestedInTheOrchestrations()
    {
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Break"));
        TaskFailureDetails failure = Happened.Failure("disk full", "System.IO.IOException");
        failure.InnerFailure = Happened.Failure("no space left");

        instance.Start();
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityFailed(0, failure)));

        Assert.Equal(OrchestrationStatus.Failed, end.CompleteOrchestration.OrchestrationStatus);
        TaskFailureDetails reported = end.CompleteOrchestration.FailureDetails;
        Assert.Equal("Microsoft.DurableTask.TaskFailedException", reported.ErrorType);
        Assert.Equal("Task 'Break' (#0) failed with an unhandled exception: disk full", reported.ErrorMessage);
        Assert.Equal(failure, reported.InnerFailure);
    }

    [Fact]
    public void ActivityFails_CaughtFailureTellsItsCause()
    {
        var instance = TestInstance.Of(async context =>
        {
            try
            {
                return await context.CallActivityAsync<string>("Break");
            }
            catch (TaskFailedException e) when (e.FailureDetails.IsCausedBy<IOException>())
            {
                return $"{e.TaskName} {e.TaskId} {e.FailureDetails.ErrorMessage}";
            }
        });

        instance.Start();
        OrchestratorAction end = Assert.Single(
            instance.Turn(Happened.ActivityFailed(0, Happened.Failure("gone", "System.IO.FileNotFoundException"))));

        Assert.Equal("\"Break 0 gone\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void OrchestratorThrows_FailsWithItsExceptionAndTheCauses()
    {
        var instance = TestInstance.Of<string>(_ => throw new InvalidOperationException("outer", new IOException("inner")));

        OrchestratorAction end = Assert.Single(instance.Start());

        TaskFailureDetails failure = end.CompleteOrchestration.FailureDetails;
        Assert.Equal(("System.InvalidOperationException", "outer"), (failure.ErrorType, failure.ErrorMessage));
        Assert.Equal(("System.IO.IOException", "inner"), (failure.InnerFailure.ErrorType, failure.InnerFailure.ErrorMessage));
    }

    [Fact]
    public void InputOfAnotherType_FailsTheOrchestration()
    {
        var instance = TestInstance.Of<int, int>((_, number) => Task.FromResult(number));

        OrchestratorAction end = Assert.Single(instance.Start("text"));

        Assert.Equal("System.Text.Json.JsonException", end.CompleteOrchestration.FailureDetails.ErrorType);
    }

    [Fact]
    public void LateAndUnknownResults_AreIgnored()
    {
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Work"));

        instance.Start();
        Assert.Empty(instance.Turn(Happened.ActivityCompleted(7, "stale"), Happened.TimerFired(8)));
        OrchestratorAction end = Assert.Single(
            instance.Turn(Happened.ActivityCompleted(0, "first"), Happened.ActivityCompleted(0, "again")));

        Assert.Equal("\"first\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void ReturnedWithAnOpenTimer_EndsOnlyWhenItFires()
    {
        var instance = TestInstance.Of(context =>
        {
            _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return Task.FromResult("done");
        });

        Assert.NotNull(Assert.Single(instance.Start()).CreateTimer);
        Assert.Empty(instance.Turn(Happened.Raised("Noise")));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.TimerFired(0)));

        Assert.Equal("\"done\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void ThrownWithAnOpenActivity_FailsOnlyWhenItEnds()
    {
        var instance = TestInstance.Of<string>(context =>
        {
            _ = context.CallActivityAsync("Slow");
            throw new InvalidOperationException("early");
        });

        Assert.NotNull(Assert.Single(instance.Start()).ScheduleTask);
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(0)));

        Assert.Equal("early", end.CompleteOrchestration.FailureDetails.ErrorMessage);
    }

    [Fact]
    public void Terminated_EndsWithTheGivenOutputAndPlaysNothingMore()
    {
        var instance = TestInstance.Of(context => context.WaitForExternalEvent<string>("Go"));

        instance.Start();
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.Terminated("stopped"), Happened.Raised("Go", "too late")));

        Assert.Equal(
            new CompleteOrchestrationAction { OrchestrationStatus = OrchestrationStatus.Terminated, Result = "\"stopped\"" },
            end.CompleteOrchestration);
    }

    [Fact]
    public void Suspended_AsksForNothingAndGoesOnWhereItWasWhenResumed()
    {
        var instance = TestInstance.Of(async context =>
        {
            string first = await context.CallActivityAsync<string>("First");
            return first + await context.WaitForExternalEvent<string>("Go");
        });

        Assert.Empty(instance.Start(null, Happened.Suspended()));
        Assert.Empty(instance.Turn(Happened.Raised("Go", "!")));
        OrchestratorAction call = Assert.Single(instance.Turn(Happened.Resumed()));
        Assert.Empty(instance.Turn(Happened.Suspended(), Happened.ActivityCompleted(0, "well")));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.Resumed()));

        Assert.Equal("First", call.ScheduleTask.Name);
        Assert.Equal("\"well!\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void TerminatedWhileSuspended_EndsWithoutDoingWhatWasHeldBack()
    {
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("First"));

        instance.Start(null, Happened.Suspended());
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.Terminated()));

        Assert.Equal(OrchestrationStatus.Terminated, end.CompleteOrchestration.OrchestrationStatus);
    }

    [Fact]
    public void CustomStatus_IsToldInFullAfterEachTurn()
    {
        var instance = TestInstance.Of(async context =>
        {
            context.SetCustomStatus(new { Step = 1 });
            await context.CallActivityAsync("Work");
            await context.CallActivityAsync("Work");
            context.SetCustomStatus(null);
            return "done";
        });

        instance.Start();
        string? first = instance.CustomStatus;
        instance.Turn(Happened.ActivityCompleted(0));
        string? second = instance.CustomStatus;
        instance.Turn(Happened.ActivityCompleted(1));

        Assert.Equal("""{"Step":1}""", first);
        Assert.Equal(first, second);
        Assert.Null(instance.CustomStatus);
    }
}
