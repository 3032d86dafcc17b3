using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>A hub that was killed comes back with everything it ever acknowledged.</summary>
public abstract class RestartTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task KilledWithEverythingUnderWay_LosesNothing()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("started");
        await worker.NextTurnAsync();
        await StartAsync("waiting");
        await worker.AnswerAsync(
            await worker.NextTurnAsync(), Answers.Schedule(0, "Work", "1"), Answers.Timer(1, Time.GetUtcNow().AddMinutes(1)));
        await worker.NextActivityAsync();
        await RaiseAsync("waiting", "e", "2");
        await Client.StartInstanceAsync(new CreateInstanceRequest
        {
            InstanceId = "later",
            Name = "Flow",
            ScheduledStartTimestamp = Time.GetUtcNow().AddMinutes(2).ToTimestamp(),
        }).ResponseAsync.Soon();

        await CrashAsync();
        ScriptedWorker next = Connect();
        WorkItem[] items = [await next.NextAsync(), await next.NextAsync(), await next.NextAsync()];
        WorkItem started = items.Single(item => item.OrchestratorRequest?.InstanceId == "started");
        WorkItem waiting = items.Single(item => item.OrchestratorRequest?.InstanceId == "waiting");
        WorkItem activity = items.Single(item => item.ActivityRequest is not null);
        await next.AnswerAsync(waiting);
        await next.CompleteAsync(activity, "3");
        WorkItem result = await next.NextTurnAsync();
        await next.AnswerAsync(result);
        Time.Advance(TimeSpan.FromMinutes(1));
        WorkItem fired = await next.NextTurnAsync();
        Time.Advance(TimeSpan.FromMinutes(1));
        WorkItem later = await next.NextTurnAsync();

        Assert.Equal([OrchestratorStarted, ExecutionStarted], Kinds(started.OrchestratorRequest.NewEvents));
        Assert.Equal([OrchestratorStarted, EventRaised], Kinds(waiting.OrchestratorRequest.NewEvents));
        Assert.Equal("1", activity.ActivityRequest.Input);
        Assert.Equal("3", result.OrchestratorRequest.NewEvents[1].TaskCompleted.Result);
        Assert.Equal(1, fired.OrchestratorRequest.NewEvents[1].TimerFired.TimerId);
        Assert.Equal("later", later.OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task TokenFromBeforeTheKill_IsNotFound()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem turn = await worker.NextTurnAsync();

        await CrashAsync();

        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => Connect().AnswerAsync(turn, Answers.Complete(0))));
    }

    [Fact]
    public async Task EndedBeforeTheKill_StaysEnded()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a", "1");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0, "2"));

        await CrashAsync();
        OrchestrationState state = await EndAsync("a");

        Assert.Equal((OrchestrationStatus.Completed, "1", "2"), (state.OrchestrationStatus, state.Input, state.Output));
        Assert.Equal(3, (await HistoryAsync("a")).Count);
    }

    [Fact]
    public async Task ActivityThatAnEndedInstanceLeftOpen_IsDoneAfterTheKill()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(
            await worker.NextTurnAsync(), Answers.Schedule(0, "One"), Answers.Schedule(1, "Two"), Answers.Complete(2));
        await worker.CompleteAsync(await worker.NextActivityAsync(), null);

        await CrashAsync();
        worker = Connect();
        WorkItem two = await worker.NextActivityAsync();
        await worker.CompleteAsync(two, null);
        await CrashAsync();
        await StartAsync("b");

        Assert.Equal(("Two", 1), (two.ActivityRequest.Name, two.ActivityRequest.TaskId));
        Assert.Equal("b", (await Connect().NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task ActivityWithAResultThatItsInstanceDidNotWaitFor_IsNotDoneAgainAfterTheKill()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work"));
        WorkItem activity = await worker.NextActivityAsync();
        await RaiseAsync("a", "e");
        WorkItem last = await worker.NextTurnAsync();
        await worker.CompleteAsync(activity, null);
        await worker.AnswerAsync(last, Answers.Complete(1));

        await CrashAsync();
        await StartAsync("b");

        Assert.Equal("b", (await Connect().NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Theory]
    [InlineData(OrchestrationStatus.Terminated)]
    [InlineData(OrchestrationStatus.Failed)]
    [InlineData(OrchestrationStatus.Completed)]
    public async Task EndedInstanceWhoseActivityNobodyWants_LeavesNothingToDoAfterTheKill(OrchestrationStatus end)
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work"));
        await worker.NextActivityAsync();
        await RaiseAsync("a", "e");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(1, null, end));

        // A failed one goes on as another execution, one that ended well is forgotten.
        if (end == OrchestrationStatus.Failed)
        {
            await Client.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = "a" }).ResponseAsync.Soon();
            await worker.AnswerAsync(await worker.NextTurnAsync());
        }
        else if (end == OrchestrationStatus.Completed)
        {
            await Client.PurgeInstancesAsync(new PurgeInstancesRequest { InstanceId = "a" }).ResponseAsync.Soon();
        }

        await CrashAsync();
        await StartAsync("b");

        Assert.Equal("b", (await Connect().NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task AttemptsBeforeTheKill_StillCount()
    {
        await StartAsync("a");
        for (int attempt = 1; attempt < Options.MaxAttempts; attempt++)
        {
            using ScriptedWorker worker = ScriptedWorker.Connect(Hub.Invoker);
            await worker.NextTurnAsync();
        }

        // Handed out again, so the loss before was noted; the stop itself is nobody's failure.
        await Connect().NextTurnAsync();
        await StopAndReopenAsync();
        using (ScriptedWorker last = ScriptedWorker.Connect(Hub.Invoker))
        {
            await last.NextTurnAsync();
        }

        Assert.Equal("WorkItemQuarantined", (await EndAsync("a")).FailureDetails.ErrorType);
    }

    [Fact]
    public async Task AttemptsAtWhatAnEndedInstanceLeftOpen_StillCountAfterTheKill()
    {
        using (ScriptedWorker starter = ScriptedWorker.Connect(Hub.Invoker))
        {
            await StartAsync("a");
            await starter.AnswerAsync(await starter.NextTurnAsync(), Answers.Schedule(0, "Work"), Answers.Complete(1));
            await starter.NextActivityAsync();
        }

        for (int attempt = 2; attempt < Options.MaxAttempts; attempt++)
        {
            using ScriptedWorker worker = ScriptedWorker.Connect(Hub.Invoker);
            await worker.NextActivityAsync();
        }

        await Connect().NextActivityAsync();
        await StopAndReopenAsync();
        using (ScriptedWorker last = ScriptedWorker.Connect(Hub.Invoker))
        {
            await last.NextActivityAsync();
        }

        await StartAsync("b");
        Assert.Equal("b", (await Connect().NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task GracefulStop_EndsStreamsAndWaitsAndKeepsAll()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.NextTurnAsync();
        Task<OrchestrationState> wait = EndAsync("a");
        Task<WorkItem> idle = worker.NextMessageAsync();

        await StopAndReopenAsync();
        WorkItem again = await Connect().NextTurnAsync();

        Assert.Equal(StatusCode.Unavailable, await StatusOfAsync(() => wait));
        Assert.Equal(StatusCode.Unavailable, await StatusOfAsync(() => idle));
        Assert.Equal("a", again.OrchestratorRequest.InstanceId);
    }
}
