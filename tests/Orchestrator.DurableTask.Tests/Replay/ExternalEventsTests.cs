using Orchestrator.Protocol;

namespace Orchestrator.DurableTask.Tests.Replay;

public sealed class ExternalEventsTests
{
    [Fact]
    public void UnreadEvents_AreReadOldestFirst()
    {
        var instance = TestInstance.Of(async context =>
        {
            await context.CallActivityAsync("Work");
            return await context.WaitForExternalEvent<string>("Go") + await context.WaitForExternalEvent<string>("Go");
        });

        instance.Start(null, Happened.Raised("Go", "1"), Happened.Raised("Other", "x"), Happened.Raised("go", "2"));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(0)));

        Assert.Equal("\"12\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void SeveralWaiters_TheYoungestGetsTheFirstEvent()
    {
        var instance = TestInstance.Of(async context =>
        {
            Task<string> older = context.WaitForExternalEvent<string>("Go");
            Task<string> younger = context.WaitForExternalEvent<string>("Go");
            return $"{await younger} then {await older}";
        });

        instance.Start();
        Assert.Empty(instance.Turn(Happened.Raised("Go", "first")));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.Raised("Go", "second")));

        Assert.Equal("\"first then second\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void CancelledWaiter_TakesNoEventFromTheNext()
    {
        var instance = TestInstance.Of(async context =>
        {
            Task<string> patient = context.WaitForExternalEvent<string>("Go");
            using CancellationTokenSource cancellation = new();
            Task<string> impatient = context.WaitForExternalEvent<string>("Go", cancellation.Token);
            cancellation.Cancel();
            return $"{impatient.IsCanceled} {await patient}";
        });

        instance.Start();
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.Raised("Go", "on")));

        Assert.Equal("\"True on\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void WaitWithACancelledToken_LeavesTheUnreadEvent()
    {
        var instance = TestInstance.Of(async context =>
        {
            await context.CallActivityAsync("Work");
            Task<string> cancelled = context.WaitForExternalEvent<string>("Go", new CancellationToken(canceled: true));
            return $"{cancelled.IsCanceled} {await context.WaitForExternalEvent<string>("Go")}";
        });

        instance.Start(null, Happened.Raised("Go", "on"));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.ActivityCompleted(0)));

        Assert.Equal("\"True on\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void EventBeforeTheTimeout_CancelsTheTimer()
    {
        var instance = TestInstance.Of(context => context.WaitForExternalEvent<string>("Go", TimeSpan.FromHours(1)));

        Assert.NotNull(Assert.Single(instance.Start()).CreateTimer);
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.Raised("Go", "on")));

        Assert.Equal("\"on\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void TimeoutBeforeTheEvent_ThrowsAndLeavesTheEventToTheNextWaiter()
    {
        var instance = TestInstance.Of(async context =>
        {
            for (int tries = 0; ; tries++)
            {
                try
                {
                    return $"{await context.WaitForExternalEvent<string>("Go", TimeSpan.FromHours(1))} after {tries}";
                }
                catch (TaskCanceledException)
                {
                    context.SetCustomStatus(tries);
                }
            }
        });

        instance.Start();
        Assert.NotNull(Assert.Single(instance.Turn(Happened.TimerFired(0))).CreateTimer);
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.Raised("Go", "on")));

        Assert.Equal("\"on after 1\"", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void PayloadThatCannotBeRead_FailsTheWaitOnly()
    {
        var instance = TestInstance.Of(async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<int>("Number");
            }
            catch (System.Text.Json.JsonException)
            {
                return await context.WaitForExternalEvent<int>("Number");
            }
        });

        instance.Start();
        Assert.Empty(instance.Turn(Happened.Raised("Number", "seven")));
        OrchestratorAction end = Assert.Single(instance.Turn(Happened.Raised("Number", 7)));

        Assert.Equal("7", end.CompleteOrchestration.Result);
    }

    [Fact]
    public void WaitersThatDisagreeOnTheType_AreRefused()
    {
        var instance = TestInstance.Of(async context =>
        {
            _ = context.WaitForExternalEvent<string>("Go");
            return await context.WaitForExternalEvent<int>("Go");
        });

        OrchestratorAction end = Assert.Single(instance.Start());

        Assert.Equal("System.ArgumentException", end.CompleteOrchestration.FailureDetails.ErrorType);
    }
}
