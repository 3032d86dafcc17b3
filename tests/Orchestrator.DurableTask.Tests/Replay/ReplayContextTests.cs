using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Microsoft.DurableTask;
using Orchestrator.Protocol;

namespace Orchestrator.DurableTask.Tests.Replay;

public sealed class ReplayContextTests
{
    [Fact]
    public void WhoAndWhen_ComeFromHistory()
    {
        var instance = TestInstance.Of<int, string>(async (context, input) =>
        {
            DateTime first = context.CurrentUtcDateTime;
            await context.CallActivityAsync("Work");
            return $"{context.Name} {context.InstanceId} {context.Version} {context.Parent!.Name} {context.Parent.InstanceId} "
                + $"{context.GetInput<int>() == input} {context.CompareVersionTo("1.10") < 0} {context.CurrentUtcDateTime - first}";
        });

        instance.Start(3);
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(0)));

        Assert.Equal("\"Test instance 1.5 Parent parent True True 00:00:01\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void NewGuids_AreMadeOfInstanceClockAndCounter()
    {
        var instance = TestInstance.Of(async context =>
        {
            Guid[] first = [context.NewGuid(), context.NewGuid()];
            await context.CallActivityAsync("Work");
            return (Guid[])[.. first, context.NewGuid()];
        });

        instance.Start();
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(0)));

        // Worked out by another implementation of UUID version 5 from "instance_<clock>_<counter>".
        Assert.Equal(
            ["1480d503-f491-5c70-b2ec-e86f223da87b", "bc922d11-0c57-526a-8456-e871298779e7", "9e3ec4f5-9141-56c1-a545-0de0c147cede"],
            JsonSerializer.Deserialize<string[]>(end.CompleteOrchestration.Result)!);
    }

    [Fact]
    public void CallOptions_ReachTheHub()
    {
        TaskOptions options = new(tags: new Dictionary<string, string> { ["cost"] = "low" }) { Version = "3" };
        var instance = TestInstance.Of(async context =>
        {
            await context.CallActivityAsync("Work", options);
            return await context.CallSubOrchestratorAsync<string>("Child", "in", options.WithInstanceId("child"));
        });

        OrchestratorAction activity = Assert.Single(instance.Start());
        OrchestratorAction child = Assert.Single(instance.Turn(Happened.ActivityCompleted(0)));

        Assert.Equal(
            new ScheduleTaskAction { Name = "Work", Version = "3", Input = "[null]", Tags = { ["cost"] = "low" } }, activity.ScheduleTask);
        Assert.Equal(
            new CreateSubOrchestrationAction
            {
                Name = "Child",
                InstanceId = "child",
                Version = "3",
                Input = "\"in\"",
                Tags = { ["cost"] = "low" },
            },
            child.CreateSubOrchestration);
    }

    [Fact]
    public void OptionsPassedAsInput_AreRefused()
    {
        var instance = TestInstance.Of(context => context.CallActivityAsync<string>("Work", input: new TaskOptions()));

        OrchestratorAction end = Assert.Single(instance.Start());

        Assert.Equal("System.ArgumentException", end.CompleteOrchestration.FailureDetails.ErrorType);
    }

    [Fact]
    public void SubOrchestration_HasADeterministicIdAndTheWorkersVersion()
    {
        var instance = TestInstance.Of(context => context.CallSubOrchestratorAsync<string>("Child", 7));

        CreateSubOrchestrationAction child = Assert.Single(instance.Start()).CreateSubOrchestration;
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ChildCompleted(0, "grown")));

        Assert.Equal(
            new CreateSubOrchestrationAction
            {
                Name = "Child",
                InstanceId = "1480d503f4915c70b2ece86f223da87b",
                Version = "2.0",
                Input = "7",
            },
            child);
        Assert.Equal("\"grown\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void SubOrchestrationFails_ItsFailureIsThrownAtTheAwait()
    {
        var instance = TestInstance.Of(context => context.CallSubOrchestratorAsync<string>("Child"));

        instance.Start();
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ChildFailed(0, Happened.Failure("lost"))));

        Assert.Equal("Task 'Child' (#0) failed with an unhandled exception: lost", end.CompleteOrchestration.FailureDetails.ErrorMessage);
        Assert.Equal("lost", end.CompleteOrchestration.FailureDetails.InnerFailure.ErrorMessage);
    }

    [Fact]
    public void Timer_FiresAtItsTime()
    {
        var instance = TestInstance.Of(async context =>
        {
            await context.CreateTimer(TimeSpan.FromMinutes(5), CancellationToken.None);
            return "rested";
        });

        OrchestratorAction timer = Assert.Single(instance.Start());
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.TimerFired(0)));

        Assert.Equal(Timestamp.FromDateTime(TestInstance.StartedAt.AddMinutes(5)), timer.CreateTimer.FireAt);
        Assert.Equal("\"rested\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void LongTimer_IsMadeOfSeveral()
    {
        var instance = TestInstance.Of(async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None);
            return "rested";
        });

        List<double> days = [DaysOf(instance.Start())];
        instance.Clock = TestInstance.StartedAt.AddDays(3);
        days.Add(DaysOf(instance.Turn(Happened.TimerFired(0))));
        instance.Clock = TestInstance.StartedAt.AddDays(6);
        days.Add(DaysOf(instance.Turn(Happened.TimerFired(1))));
        instance.Clock = TestInstance.StartedAt.AddDays(7);
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.TimerFired(2)));

        Assert.Equal([3, 6, 7], days);
        Assert.Equal("\"rested\"", end.CompleteOrchestration.Result);

        static double DaysOf(IReadOnlyList<OrchestratorAction> actions) =>
            (Assert.Single(actions).CreateTimer.FireAt.ToDateTime() - TestInstance.StartedAt).TotalDays;
    }

    [Fact]
    public void CancelledTimer_DoesNotKeepTheOrchestrationOpen()
    {
        var instance = TestInstance.Of(async context =>
        {
            using CancellationTokenSource cancellation = new();
            Task timer = context.CreateTimer(TimeSpan.FromHours(1), cancellation.Token);
            await context.CallActivityAsync("Work");
            cancellation.Cancel();
            return timer.IsCanceled;
        });

        instance.Start();
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(1)));

        Assert.Equal("true", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void SendEvent_IsAnAction()
    {
        var instance = TestInstance.Of(context =>
        {
            context.SendEvent("other", "Hello", new { From = context.InstanceId });
            return Task.FromResult("sent");
        });

        IReadOnlyList<OrchestratorAction> actions = instance.Start();

        Assert.Equal(2, actions.Count);
        Assert.Equal(
            new SendEventAction
            {
                Instance = new OrchestrationInstance { InstanceId = "other" },
                Name = "Hello",
                Data = """{"From":"instance"}""",
            },
            actions[0].SendEvent);
        Assert.Equal(OrchestrationStatus.Completed, actions[1].CompleteOrchestration.OrchestrationStatus);
    }

    [Fact]
    public void ContinueAsNew_EndsTheGenerationWithTheNextInput()
    {
        var instance = TestInstance.Of<int, string>((context, round) =>
        {
            context.ContinueAsNew(new ContinueAsNewOptions { NewInput = round + 1, NewVersion = "2" });
            return Task.FromResult("ignored");
        });

        OrchestratorAction end = Assert.Single(instance.Start(1));

        Assert.Equal(
            new CompleteOrchestrationAction { OrchestrationStatus = OrchestrationStatus.ContinuedAsNew, Result = "2", NewVersion = "2" },
            end.CompleteOrchestration);
    }

    [Fact]
    public void ContinueAsNewWithUnreadEvents_SendsThemToItselfInTheirOrder()
    {
        var instance = TestInstance.Of(async context =>
        {
            await context.CallActivityAsync("Work");
            context.ContinueAsNew("next");
            return "";
        });

        instance.Start(null, Happened.Raised("B", 1), Happened.Raised("A", 2), Happened.Raised("b", 3));
        IReadOnlyList<OrchestratorAction> actions = instance.Turn(Happened.ActivityCompleted(0));

        Assert.Equal(
            ["B 1", "A 2", "b 3"], actions.SkipLast(1).Select(action => $"{action.SendEvent.Name} {action.SendEvent.Data}"));
        Assert.All(actions.SkipLast(1), action => Assert.Equal("instance", action.SendEvent.Instance.InstanceId));
        Assert.Equal(OrchestrationStatus.ContinuedAsNew, actions[^1].CompleteOrchestration.OrchestrationStatus);
    }

    [Fact]
    public void EventsAfterContinueAsNew_AreCarriedOverByTheEnd()
    {
        var instance = TestInstance.Of(async context =>
        {
            Task<string> abandoned = context.WaitForExternalEvent<string>("Go");
            context.ContinueAsNew("next");
            await context.CallActivityAsync("Work");
            return abandoned.Status.ToString();
        });

        instance.Start();
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.Raised("Go", "on"), Happened.ActivityCompleted(0)));

        EventRaisedEvent carried = Assert.Single(end.CompleteOrchestration.CarryoverEvents).EventRaised;
        Assert.Equal(new EventRaisedEvent { Name = "Go", Input = "\"on\"" }, carried);
    }

    [Fact]
    public void BothKindsOfUnreadEvents_AreKeptWhenContinuedAsNew()
    {
        var instance = TestInstance.Of(async context =>
        {
            await context.CallActivityAsync("Work");
            context.ContinueAsNew("next");
            return "";
        });

        instance.Start(null, Happened.Raised("Early", 1));
        IReadOnlyList<OrchestratorAction> actions = instance.Turn(Happened.ActivityCompleted(0), Happened.Raised("Late", 2));

        Assert.Equal("Early", actions[0].SendEvent.Name);
        Assert.Equal("Late", Assert.Single(actions[1].CompleteOrchestration.CarryoverEvents).EventRaised.Name);
    }

    [Fact]
    public void ContinueAsNewThatDropsEvents_SendsNone()
    {
        var instance = TestInstance.Of(context =>
        {
            context.ContinueAsNew("next", preserveUnprocessedEvents: false);
            return context.CallActivityAsync<string>("Work");
        });

        instance.Start(null);
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(0, "")));

        Assert.Equal(OrchestrationStatus.ContinuedAsNew, end.CompleteOrchestration.OrchestrationStatus);
    }

    [Fact]
    public void ContinueAsNewWithAnOpenTimer_WaitsForIt()
    {
        var instance = TestInstance.Of(context =>
        {
            _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            context.ContinueAsNew("next");
            return Task.FromResult("");
        });

        Assert.NotNull(Assert.Single(instance.Start()).CreateTimer);
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.TimerFired(0)));

        Assert.Equal(OrchestrationStatus.ContinuedAsNew, end.CompleteOrchestration.OrchestrationStatus);
    }

    [Fact]
    public void ThrownAfterContinueAsNew_Fails()
    {
        var instance = TestInstance.Of<string>(context =>
        {
            context.ContinueAsNew("next");
            throw new InvalidOperationException("changed my mind");
        });

        OrchestratorAction end = Assert.Single(instance.Start());

        Assert.Equal(OrchestrationStatus.Failed, end.CompleteOrchestration.OrchestrationStatus);
    }
}
