using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>Results of activities: on the disk with the turn that they wake, or alone, but once.</summary>
public abstract class ResultTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task Result_IsAcknowledgedWithTheTurnItWakes_AndSurvives()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"));

        Task acknowledged = worker.CompleteAsync(await worker.NextActivityAsync(), "1");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(1, "Two"));
        await acknowledged.Soon();
        await CrashAsync();

        WorkItem next = await Connect().NextAsync();
        Assert.Equal("Two", next.ActivityRequest?.Name);
        Assert.Equal(1, (await HistoryAsync("a")).Count(happened => happened.TaskCompleted is not null));
    }

    [Fact]
    public async Task TurnWithoutAnAnswer_ResultIsCommittedAlone_AndToldOnce()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"));
        await worker.CompleteAsync(await worker.NextActivityAsync(), "1");
        WorkItem turn = await worker.NextTurnAsync();

        await worker.AnswerAsync(turn);
        await RaiseAsync("a", "more");
        WorkItem next = await worker.NextTurnAsync();

        Assert.Equal(
            [HistoryEvent.EventTypeOneofCase.OrchestratorStarted, HistoryEvent.EventTypeOneofCase.EventRaised],
            Kinds(next.OrchestratorRequest.NewEvents));
        Assert.Equal(1, (await HistoryAsync("a")).Count(happened => happened.TaskCompleted is not null));
    }

    [Fact]
    public async Task ResultCommittedAlone_SurvivesItsTurn()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"));
        await worker.CompleteAsync(await worker.NextActivityAsync(), "1");
        await CrashAsync();

        WorkItem turn = await Connect().NextTurnAsync();

        Assert.Equal("1", turn.OrchestratorRequest.NewEvents.Last().TaskCompleted?.Result);
    }

    [Fact]
    public async Task WorkerLostWithTheTurn_AnotherIsToldOnce()
    {
        ScriptedWorker lost = Connect();
        await StartAsync("a");
        await lost.AnswerAsync(await lost.NextTurnAsync(), Answers.Schedule(0, "One"));
        Task acknowledged = lost.CompleteAsync(await lost.NextActivityAsync(), "1");
        await lost.NextTurnAsync();
        lost.Dispose();

        ScriptedWorker other = Connect();
        WorkItem turn = await other.NextTurnAsync();
        await other.AnswerAsync(turn, Answers.Complete(1));
        await acknowledged.Soon();

        Assert.Single(turn.OrchestratorRequest.NewEvents, happened => happened.TaskCompleted is not null);
        Assert.Equal(OrchestrationStatus.Completed, (await EndAsync("a")).OrchestrationStatus);
    }

    [Fact]
    public async Task ResultsThatComeTogether_AreEachToldOnce()
    {
        const int Count = 50;
        ScriptedWorker worker = Connect(new GetWorkItemsRequest { MaxConcurrentActivityWorkItems = Count });
        await StartAsync("a");
        await worker.AnswerAsync(
            await worker.NextTurnAsync(), Enumerable.Range(0, Count).Select(id => Answers.Schedule(id, "One")).ToArray());
        var completions = new List<Task>();
        for (int i = 0; i < Count; i++)
        {
            completions.Add(worker.CompleteAsync(await worker.NextActivityAsync(), "1"));
        }

        var told = new List<int>();
        while (told.Count < Count)
        {
            WorkItem turn = await worker.NextTurnAsync();
            told.AddRange(turn.OrchestratorRequest.NewEvents
                .Where(happened => happened.TaskCompleted is not null)
                .Select(happened => happened.TaskCompleted.TaskScheduledId));
            await worker.AnswerAsync(turn);
        }

        await Task.WhenAll(completions).Soon();
        Assert.Equal(Enumerable.Range(0, Count), told.Order());
    }

    [Fact]
    public async Task HubThatStops_CommitsWhatItHolds()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"));
        Task acknowledged = worker.CompleteAsync(await worker.NextActivityAsync(), "1");

        await StopAndReopenAsync();
        await acknowledged.Soon();

        WorkItem turn = await Connect().NextTurnAsync();
        Assert.Equal("1", turn.OrchestratorRequest.NewEvents.Last().TaskCompleted?.Result);
    }

    [Fact]
    public async Task RepeatedCompletion_IsRefused()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"));
        WorkItem activity = await worker.NextActivityAsync();
        Task first = worker.CompleteAsync(activity, "1");

        StatusCode second = await StatusOfAsync(() => worker.CompleteAsync(activity, "2"));
        await first.Soon();

        Assert.Equal(StatusCode.NotFound, second);
        Assert.Equal("1", (await worker.NextTurnAsync()).OrchestratorRequest.NewEvents.Last().TaskCompleted?.Result);
    }
}
