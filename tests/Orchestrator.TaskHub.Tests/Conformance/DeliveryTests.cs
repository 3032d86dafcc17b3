using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>Who gets which work item, and what happens when nobody answers.</summary>
public abstract class DeliveryTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task LimitReached_RestGoesToAnotherWorker()
    {
        ScriptedWorker small = Connect(new GetWorkItemsRequest { MaxConcurrentOrchestrationWorkItems = 1 });
        await StartAsync("a");
        WorkItem first = await small.NextTurnAsync();
        await StartAsync("b");
        await StartAsync("c");

        ScriptedWorker large = Connect(new GetWorkItemsRequest { MaxConcurrentOrchestrationWorkItems = 2 });
        WorkItem[] toLarge = [await large.NextTurnAsync(), await large.NextTurnAsync()];
        await StartAsync("d");
        await small.AnswerAsync(first, Answers.Complete(0));

        Assert.Equal(["b", "c"], toLarge.Select(item => item.OrchestratorRequest.InstanceId).Order());
        Assert.Equal("d", (await small.NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task LimitsOfKinds_AreSeparate()
    {
        ScriptedWorker worker = Connect(
            new GetWorkItemsRequest { MaxConcurrentOrchestrationWorkItems = 1, MaxConcurrentActivityWorkItems = 1 });
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"), Answers.Schedule(1, "Two"));

        WorkItem one = await worker.NextActivityAsync();
        await RaiseAsync("a", "e");
        WorkItem turn = await worker.NextTurnAsync();
        await worker.CompleteAsync(one, null);
        WorkItem two = await worker.NextActivityAsync();

        Assert.Equal(("One", "Two"), (one.ActivityRequest.Name, two.ActivityRequest.Name));
        Assert.Equal("a", turn.OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task Filters_DecideWhoGetsWhat()
    {
        ScriptedWorker flows = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Orchestrations = { new OrchestrationFilter { Name = "flow", Versions = { "" } } } },
        });
        ScriptedWorker tools = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Activities = { new ActivityFilter { Name = "Tool" } } },
        });
        ScriptedWorker versioned = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Orchestrations = { new OrchestrationFilter { Name = "Flow", Versions = { "2" } } } },
        });

        await Client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "b", Name = "Flow", Version = "2" }).ResponseAsync.Soon();
        await StartAsync("a");
        await flows.AnswerAsync(await flows.NextTurnAsync(), Answers.Schedule(0, "Tool"));

        Assert.Equal("Tool", (await tools.NextActivityAsync()).ActivityRequest.Name);
        Assert.Equal("b", (await versioned.NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task ActivityWithoutVersion_IsFilteredByItsInstances()
    {
        ScriptedWorker flows = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Orchestrations = { new OrchestrationFilter { Name = "Flow" } } },
        });
        ScriptedWorker unversioned = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Activities = { new ActivityFilter { Name = "Tool", Versions = { "" } } } },
        });
        ScriptedWorker second = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Activities = { new ActivityFilter { Name = "Tool", Versions = { "2" } } } },
        });
        OrchestratorAction explicitly = Answers.Schedule(0, "Tool");
        explicitly.ScheduleTask.Version = "";

        await Client.StartInstanceAsync(new CreateInstanceRequest { InstanceId = "a", Name = "Flow", Version = "2" }).ResponseAsync.Soon();
        await flows.AnswerAsync(await flows.NextTurnAsync(), explicitly, Answers.Schedule(1, "Tool"));

        Assert.Equal(0, (await unversioned.NextActivityAsync()).ActivityRequest.TaskId);
        Assert.Equal(1, (await second.NextActivityAsync()).ActivityRequest.TaskId);
    }

    [Fact]
    public async Task FiltersWithoutAnEntry_TakeEverything()
    {
        ScriptedWorker worker = Connect(new GetWorkItemsRequest { WorkItemFilters = new WorkItemFilters() });

        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Tool"));

        Assert.Equal("Tool", (await worker.NextActivityAsync()).ActivityRequest.Name);
    }

    [Fact]
    public async Task StreamCloses_ItemGoesToAnotherAtOnce()
    {
        ScriptedWorker first = Connect();
        await StartAsync("a");
        WorkItem lost = await first.NextTurnAsync();

        first.Dispose();
        ScriptedWorker second = Connect();
        WorkItem again = await second.NextTurnAsync();

        Assert.Equal("a", again.OrchestratorRequest.InstanceId);
        Assert.NotEqual(lost.CompletionToken, again.CompletionToken);
    }

    [Fact]
    public async Task RepeatedCompletion_IsNotFoundAndChangesNothing()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem turn = await worker.NextTurnAsync();
        await worker.AnswerAsync(turn, Answers.Schedule(0, "Work"));
        WorkItem activity = await worker.NextActivityAsync();
        await worker.CompleteAsync(activity, "1");
        WorkItem next = await worker.NextTurnAsync();

        StatusCode ofTurn = await StatusOfAsync(() => worker.AnswerAsync(turn, Answers.Complete(0)));
        StatusCode ofActivity = await StatusOfAsync(() => worker.CompleteAsync(activity, "2"));
        await worker.AnswerAsync(next, Answers.Complete(1));

        Assert.Equal((StatusCode.NotFound, StatusCode.NotFound), (ofTurn, ofActivity));
        Assert.Equal(
            ["1"],
            (await HistoryAsync("a")).Select(happened => happened.TaskCompleted?.Result).OfType<string>());
    }

    [Fact]
    public async Task CompletionOfAnItemThatWasHandedOutAgain_IsNotFound()
    {
        ScriptedWorker first = Connect();
        await StartAsync("a");
        WorkItem lost = await first.NextTurnAsync();
        first.Dispose();
        ScriptedWorker second = Connect();
        WorkItem again = await second.NextTurnAsync();

        StatusCode status = await StatusOfAsync(() => second.AnswerAsync(lost, Answers.Complete(0, "stale")));
        await second.AnswerAsync(again, Answers.Complete(0, "good"));

        Assert.Equal(StatusCode.NotFound, status);
        Assert.Equal("good", (await EndAsync("a")).Output);
    }

    [Fact]
    public async Task StreamIsGoneButNobodyElseHasIt_TokenStillCounts()
    {
        ScriptedWorker first = Connect();
        await StartAsync("a");
        WorkItem item = await first.NextTurnAsync();
        first.Dispose();

        using var reconnected = ScriptedWorker.Connect(
            Hub.Invoker,
            new GetWorkItemsRequest { WorkItemFilters = new WorkItemFilters { Activities = { new ActivityFilter { Name = "Other" } } } });
        await reconnected.AnswerAsync(item, Answers.Complete(0, "late but good"));

        Assert.Equal("late but good", (await EndAsync("a")).Output);
    }

    [Fact]
    public async Task EventBeforeALateAnswer_GetsItsTurn()
    {
        ScriptedWorker first = Connect();
        await StartAsync("a");
        WorkItem item = await first.NextTurnAsync();
        await StartAsync("b", name: "Other");
        await first.NextTurnAsync();
        first.Dispose();

        // That the other item comes shows that the hub has seen the stream close.
        ScriptedWorker other = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Orchestrations = { new OrchestrationFilter { Name = "Other" } } },
        });
        await other.NextTurnAsync();
        await RaiseAsync("a", "e");

        await other.AnswerAsync(item);

        Assert.Equal("e", (await Connect().NextTurnAsync()).OrchestratorRequest.NewEvents[1].EventRaised.Name);
    }

    [Fact]
    public async Task UnknownTokenAbandoned_NothingHappens()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem turn = await worker.NextTurnAsync();

        await worker.AbandonAsync(new WorkItem { OrchestratorRequest = new OrchestratorRequest(), CompletionToken = "unknown" });
        await worker.AbandonAsync(new WorkItem { ActivityRequest = new ActivityRequest(), CompletionToken = "unknown" });
        await worker.AnswerAsync(turn, Answers.Complete(0));

        Assert.Equal(OrchestrationStatus.Completed, (await EndAsync("a")).OrchestrationStatus);
    }

    [Fact]
    public async Task Abandoned_GoesToAnotherWorker()
    {
        ScriptedWorker first = Connect();
        await StartAsync("a");
        WorkItem item = await first.NextTurnAsync();
        ScriptedWorker second = Connect();

        await first.AbandonAsync(item);

        Assert.Equal("a", (await second.NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task AbandonedWhileItsAnswerIsCommittedInVain_ComesAgain()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem turn = await worker.NextTurnAsync();
        var gate = new TaskCompletionSource();
        Store.Gate = gate.Task;
        int before = Store.Writes;
        Store.Fails = number => number == before + 1;
        Task first = worker.AnswerAsync(turn, Answers.Complete(0));

        // What a worker does whose connection broke: it answers again, is told that the token is taken, and gives the item back.
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => worker.AnswerAsync(turn, Answers.Complete(0))));
        await worker.AbandonAsync(turn);
        gate.SetResult();
        Assert.Equal(StatusCode.Unavailable, await StatusOfAsync(() => first));
        Time.Advance(Options.RefusalBackoff);
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));

        Assert.Equal(OrchestrationStatus.Completed, (await EndAsync("a")).OrchestrationStatus);
    }

    [Fact]
    public async Task AbandonedByAll_RestsBeforeItComesAgain()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AbandonAsync(await worker.NextTurnAsync());

        await StartAsync("b");
        WorkItem meanwhile = await worker.NextTurnAsync();
        Time.Advance(Options.RefusalBackoff);

        Assert.Equal("b", meanwhile.OrchestratorRequest.InstanceId);
        Assert.Equal("a", (await worker.NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task NewWorkerConnects_RestingItemIsItsAtOnce()
    {
        ScriptedWorker first = Connect();
        await StartAsync("a");
        await first.AbandonAsync(await first.NextTurnAsync());

        ScriptedWorker second = Connect();

        Assert.Equal("a", (await second.NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task AnswerInChunks_CountsAsOneOnceComplete()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem turn = await worker.NextTurnAsync();
        OrchestratorResponse first = Chunk(turn, 0, isPartial: true, Answers.Schedule(0, "One"));

        await worker.SendAsync(first);
        await worker.SendAsync(first);
        IReadOnlyList<HistoryEvent> before = await HistoryAsync("a");
        await worker.SendAsync(Chunk(turn, 1, isPartial: true, Answers.Schedule(1, "Two")));
        await worker.SendAsync(Chunk(turn, 2, isPartial: false, Answers.Schedule(2, "Three")));

        Assert.Empty(before);
        Assert.Equal(
            ["One", "Two", "Three"],
            (await HistoryAsync("a")).Select(happened => happened.TaskScheduled?.Name).OfType<string>());
    }

    [Fact]
    public async Task IdleWorker_HearsPings()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.NextTurnAsync();

        Time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(WorkItem.RequestOneofCase.HealthPing, (await worker.NextMessageAsync()).RequestCase);
    }

    [Fact]
    public async Task LongHistory_IsStreamedToThoseWhoCan()
    {
        Options.InlineHistoryBytes = 2048;
        await StartAsync("a");
        using (ScriptedWorker plain = ScriptedWorker.Connect(Hub.Invoker))
        {
            await plain.AnswerAsync(await plain.NextTurnAsync());
            await RaiseAsync("a", "e", $"\"{new string('x', 300_000)}\"");
            await plain.AnswerAsync(await plain.NextTurnAsync());
            await RaiseAsync("a", "e", $"\"{new string('y', 300_000)}\"");
            Assert.Equal(6, (await plain.NextTurnAsync()).OrchestratorRequest.PastEvents.Count);
        }

        ScriptedWorker streaming = Connect(new GetWorkItemsRequest { Capabilities = { WorkerCapability.HistoryStreaming } });
        OrchestratorRequest turn = (await streaming.NextTurnAsync()).OrchestratorRequest;
        IReadOnlyList<HistoryEvent> history = await HistoryAsync("a", turn.ExecutionId, forWorkItem: true);

        Assert.True(turn.RequiresHistoryStreaming);
        Assert.Empty(turn.PastEvents);
        Assert.Equal(6, history.Count);
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => HistoryAsync("a", "another execution", forWorkItem: true)));
    }

    private static OrchestratorResponse Chunk(WorkItem turn, int index, bool isPartial, params OrchestratorAction[] actions)
    {
        OrchestratorResponse response = Answers.To(turn, actions);
        response.ChunkIndex = index;
        response.IsPartial = isPartial;
        return response;
    }
}
