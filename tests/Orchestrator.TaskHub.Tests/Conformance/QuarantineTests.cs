using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>What kills its workers comes to an end, and nothing else does for its sake.</summary>
public abstract class QuarantineTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task TurnLostFiveTimes_InstanceFailsAsQuarantined()
    {
        await StartAsync("a");

        for (int attempt = 0; attempt < Options.MaxAttempts; attempt++)
        {
            using ScriptedWorker worker = ScriptedWorker.Connect(Hub.Invoker);
            await worker.NextTurnAsync();
        }

        OrchestrationState state = await EndAsync("a");
        Assert.Equal(OrchestrationStatus.Failed, state.OrchestrationStatus);
        Assert.Equal("WorkItemQuarantined", state.FailureDetails.ErrorType);
    }

    [Fact]
    public async Task ActivityLostFiveTimes_FailsAsQuarantined()
    {
        using (ScriptedWorker starter = ScriptedWorker.Connect(Hub.Invoker))
        {
            await StartAsync("a");
            await starter.AnswerAsync(await starter.NextTurnAsync(), Answers.Schedule(0, "Deadly"));
            await starter.NextActivityAsync();
        }

        for (int attempt = 1; attempt < Options.MaxAttempts; attempt++)
        {
            using ScriptedWorker worker = ScriptedWorker.Connect(Hub.Invoker);
            await worker.NextActivityAsync();
        }

        HistoryEvent failed = (await Connect().NextTurnAsync()).OrchestratorRequest.NewEvents[1];
        Assert.Equal((0, "WorkItemQuarantined"), (failed.TaskFailed.TaskScheduledId, failed.TaskFailed.FailureDetails.ErrorType));
    }

    [Fact]
    public async Task StoreRefusesTheEnd_ItIsWrittenOnceItCanBe()
    {
        Options.MaxAttempts = 1;
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.NextTurnAsync();
        int before = Store.Writes;
        Store.Fails = _ => true;
        worker.Dispose();
        await PassTimeUntilAsync(() => Store.Writes >= before + 3, TimeSpan.FromSeconds(1));

        Assert.Equal(OrchestrationStatus.Pending, (await StateAsync("a"))!.OrchestrationStatus);
        Store.Fails = _ => false;
        Task<OrchestrationState> end = EndAsync("a");
        await PassTimeUntilAsync(() => end.IsCompleted, TimeSpan.FromSeconds(1));

        Assert.Equal("WorkItemQuarantined", (await end).FailureDetails.ErrorType);
    }

    [Fact]
    public async Task GivenBackAgainAndAgain_WaitsForAWorkerThatTakesIt()
    {
        await StartAsync("a");
        for (int attempt = 0; attempt < 3 * Options.MaxAttempts; attempt++)
        {
            // Each new worker gets at once what others gave back.
            ScriptedWorker older = Connect();
            await older.AbandonAsync(await older.NextTurnAsync());
            older.Dispose();
        }

        ScriptedWorker newer = Connect();
        await newer.AnswerAsync(await newer.NextTurnAsync(), Answers.Complete(0));

        Assert.Equal(OrchestrationStatus.Completed, (await EndAsync("a")).OrchestrationStatus);
    }

    /// <summary>An activity that takes long, beside one that kills every worker that gets it.</summary>
    [Fact]
    public async Task BesideWhatKillsItsWorkers_InnocentWorkIsNotQuarantined()
    {
        ScriptedWorker worker = Connect();
        await ScheduleAsync(worker, "innocent");
        await ScheduleAsync(worker, "deadly");
        worker.Dispose();
        worker = Connect();
        int deaths = 1;
        bool isDeadlyOver = false;
        while (!isDeadlyOver && deaths < 4 * Options.MaxAttempts)
        {
            WorkItem item = await NextOverTimeAsync(worker);
            isDeadlyOver = IsFailedTurnOf("deadly", item);
            Assert.False(IsFailedTurnOf("innocent", item));
            if (item.ActivityRequest?.Name == "deadly")
            {
                deaths++;
                worker.Dispose();
                worker = Connect();
            }
        }

        Assert.InRange(deaths, Options.MaxAttempts, Options.MaxAttempts + 2);
        worker.Dispose();
        ScriptedWorker last = Connect();
        WorkItem[] rest = [await NextOverTimeAsync(last), await NextOverTimeAsync(last)];
        await last.CompleteAsync(Assert.Single(rest, item => item.ActivityRequest?.Name == "innocent"), "1");
        Assert.Single(rest, item => IsFailedTurnOf("deadly", item));
    }

    private async Task ScheduleAsync(ScriptedWorker worker, string activity)
    {
        await StartAsync(activity);
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, activity));
        await worker.NextActivityAsync();
    }

    // A suspect may have to wait until the one before it has proved harmless.
    private async Task<WorkItem> NextOverTimeAsync(ScriptedWorker worker)
    {
        Task<WorkItem> next = worker.NextAsync();
        await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        await PassTimeUntilAsync(() => next.IsCompleted, TimeSpan.FromSeconds(1));
        return await next;
    }

    private static bool IsFailedTurnOf(string instance, WorkItem item) =>
        item.OrchestratorRequest?.InstanceId == instance && item.OrchestratorRequest.NewEvents.Any(happened => happened.TaskFailed is not null);
}
