using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>Results of activities: on the disk with the turn that they wake, or alone, but once.</summary>
public abstract class ResultTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);

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
    public async Task ResultAndItsTurn_AreOneWrite()
    {
        await HoldResultsBackAsync();
        ScriptedWorker worker = Connect();
        (_, _, Task acknowledged, WorkItem turn) = await HoldBackAsync(worker);
        int before = Store.Writes;

        bool isAcknowledgedEarly = acknowledged.IsCompleted;
        await worker.AnswerAsync(turn, Answers.Schedule(1, "Two"));
        await acknowledged.Soon();

        Assert.False(isAcknowledgedEarly);
        Assert.Equal(1, Store.Writes - before);
    }

    [Fact]
    public async Task TurnThatCannotBeCommitted_ItsResultIsCommittedAlone_AndToldOnce()
    {
        await HoldResultsBackAsync();
        ScriptedWorker worker = Connect();
        (string id, _, Task acknowledged, WorkItem turn) = await HoldBackAsync(worker);
        FailWrites(Store.Writes + 1);

        StatusCode refused = await StatusOfAsync(() => worker.AnswerAsync(turn));
        await acknowledged.Soon();
        await worker.AnswerAsync(turn);
        await RaiseAsync(id, "more");
        WorkItem next = await worker.NextTurnAsync();

        Assert.Equal(StatusCode.Unavailable, refused);
        Assert.DoesNotContain(next.OrchestratorRequest.NewEvents, happened => happened.TaskCompleted is not null);
        Assert.Equal(1, (await HistoryAsync(id)).Count(happened => happened.TaskCompleted is not null));
    }

    [Fact]
    public async Task ResultThatNeverGotToTheDisk_ItsTurnIsVoid_AndTheNextOneCounts()
    {
        await HoldResultsBackAsync();
        ScriptedWorker worker = Connect();
        (string id, WorkItem activity, Task refused, WorkItem turn) = await HoldBackAsync(worker);
        Store.Fails = _ => true;   // Whatever the hub writes first: the turn, the result by itself, the failed attempt.
        await StatusOfAsync(() => worker.AnswerAsync(turn));
        StatusCode ofResult = await StatusOfAsync(() => refused);
        Store.Fails = _ => false;

        StatusCode ofTurn = await StatusOfAsync(() => worker.AnswerAsync(turn));
        Task acknowledged = worker.CompleteAsync(activity, "2");
        WorkItem second = await worker.NextTurnAsync();
        await worker.AnswerAsync(second);
        await acknowledged.Soon();

        Assert.Equal((StatusCode.Unavailable, StatusCode.NotFound), (ofResult, ofTurn));
        Assert.Equal("2", second.OrchestratorRequest.NewEvents.Last().TaskCompleted?.Result);
        Assert.Equal(1, (await HistoryAsync(id)).Count(happened => happened.TaskCompleted is not null));
    }

    [Fact]
    public async Task DiskFullNowAndThen_EachResultIsToldOnceInTheEnd()
    {
        const int Seed = 20261123;
        const int Steps = 150;
        var random = new Random(Seed);
        int failed = 0;
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Step"));
        Store.Fails = _ => random.Next(4) == 0 && ++failed > 0;
        var told = new List<int>();
        var completions = new List<Task>();
        while (told.Count < Steps)
        {
            WorkItem item = await worker.NextAsync();
            if (item.ActivityRequest is not null)
            {
                completions.Add(InsistAsync(() => worker.CompleteAsync(item, "1")));
                continue;
            }

            int[] results = [.. item.OrchestratorRequest.NewEvents
                .Where(happened => happened.TaskCompleted is not null)
                .Select(happened => happened.TaskCompleted.TaskScheduledId)];
            OrchestratorAction[] next = [.. results.Select(id => Answers.Schedule(id + 1, "Step"))];
            if (await InsistAsync(() => worker.AnswerAsync(item, next)))
            {
                told.AddRange(results);
            }
        }

        Store.Fails = _ => false;
        await Task.WhenAll(completions).Soon();
        Assert.True(failed > Steps / 10, $"Only {failed} writes failed (seed {Seed}).");
        Assert.Equal(Enumerable.Range(0, Steps), told);
        Assert.Equal(
            Enumerable.Range(0, Steps),
            (await HistoryAsync("a")).Where(happened => happened.TaskCompleted is not null).Select(happened => happened.TaskCompleted.TaskScheduledId));
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

    /// <summary>From now on a result waits for its turn however long that takes; a hub reads that when it opens.</summary>
    private Task HoldResultsBackAsync()
    {
        Options.ResultPatience = Forever;
        return StopAndReopenAsync();
    }

    // A result that comes before the hub is done with the turn that asked for it goes to the disk alone: then another instance is tried.
    private async Task<(string Id, WorkItem Activity, Task Answered, WorkItem Turn)> HoldBackAsync(ScriptedWorker worker)
    {
        for (int number = 0; number < 50; number++)
        {
            string id = $"held-{number}";
            await StartAsync(id);
            await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"));
            WorkItem activity = await worker.NextActivityAsync();
            int before = Store.Writes;
            Task answered = worker.CompleteAsync(activity, "1");
            WorkItem turn = await worker.NextTurnAsync();
            if (Store.Writes == before)
            {
                return (id, activity, answered, turn);
            }

            await worker.AnswerAsync(turn);
            await answered.Soon();
        }

        throw new InvalidOperationException("Every result went to the disk alone.");
    }

    private void FailWrites(params int[] numbers) => Store.Fails = numbers.Contains;

    // As workers do: what is unavailable is tried again, what is stale is let go.
    private static async Task<bool> InsistAsync(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return true;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
            {
                return false;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                await Task.Yield();
            }
        }
    }
}
