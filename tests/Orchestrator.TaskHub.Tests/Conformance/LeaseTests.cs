using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>Leases live as long as their worker takes what the hub sends.</summary>
public abstract class LeaseTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    private protected override TimeSpan LeaseDuration => TimeSpan.FromMinutes(1);

    [Fact]
    public async Task WorkerTakesNothingAnyMore_ItemGoesToAnother()
    {
        using AsyncServerStreamingCall<WorkItem> stuck = Client.GetWorkItems(new GetWorkItemsRequest());
        await StartAsync("a");
        await stuck.ResponseStream.MoveNext(CancellationToken.None).Soon();
        ScriptedWorker alive = Connect();

        WorkItem message;
        int pings = 0;
        do
        {
            Time.Advance(Options.PingInterval);
            message = await alive.NextMessageAsync();
            pings++;
        }
        while (message.RequestCase == WorkItem.RequestOneofCase.HealthPing);

        Assert.Equal("a", message.OrchestratorRequest.InstanceId);
        Assert.True(pings >= 4, $"The lease was lost after {pings} pings.");
    }

    [Fact]
    public async Task WorkerTakesPings_LeaseIsKept()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem item = await worker.NextTurnAsync();

        for (int ping = 0; ping < 40; ping++)
        {
            Time.Advance(Options.PingInterval);
            Assert.Equal(WorkItem.RequestOneofCase.HealthPing, (await worker.NextMessageAsync()).RequestCase);
        }

        await worker.AnswerAsync(item, Answers.Complete(0));

        Assert.Equal(OrchestrationStatus.Completed, (await EndAsync("a")).OrchestrationStatus);
    }

    [Fact]
    public async Task AttemptsOfAFormerTurn_DontCountForTheNext()
    {
        Options.MaxAttempts = 2;
        GetWorkItemsRequest flows = new()
        {
            WorkItemFilters = new WorkItemFilters { Orchestrations = { new OrchestrationFilter { Name = "Flow" } } },
        };
        ScriptedWorker first = Connect(flows);
        await StartAsync("a");
        await first.AnswerAsync(await first.NextTurnAsync(), Answers.Schedule(0, "One"));
        await RaiseAsync("a", "e");
        await first.NextTurnAsync();
        int before = Store.Writes;
        first.Dispose();
        while (Store.Writes == before)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        await StopAndReopenAsync();
        ScriptedWorker second = Connect(flows);
        await second.AnswerAsync(await second.NextTurnAsync());
        ScriptedWorker tools = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Activities = { new ActivityFilter { Name = "One" } } },
        });
        await tools.CompleteAsync(await tools.NextActivityAsync(), "1");
        await second.NextTurnAsync();
        second.Dispose();

        WorkItem turn = await Connect(flows).NextTurnAsync();

        Assert.Equal("1", turn.OrchestratorRequest.NewEvents.Last().TaskCompleted?.Result);
    }

    [Fact]
    public async Task AttemptsOfATurn_DontCountForWhatCameMeanwhile()
    {
        Options.MaxAttempts = 3;
        await StartAsync("a");
        await LoseAsync();
        await LoseAsync();
        ScriptedWorker worker = Connect();
        WorkItem answered = await worker.NextTurnAsync();
        await RaiseAsync("a", "e");
        await worker.AnswerAsync(answered);
        await worker.NextTurnAsync();
        worker.Dispose();

        ScriptedWorker last = Connect();
        await last.AnswerAsync(await last.NextTurnAsync(), Answers.Complete(0));

        Assert.Equal(OrchestrationStatus.Completed, (await EndAsync("a")).OrchestrationStatus);
    }

    [Fact]
    public async Task WorkerThatReadsNothingForAWhile_GetsItsWorkAfterwards()
    {
        Options.PingInterval = TimeSpan.FromSeconds(1);
        await StopAndReopenAsync();
        using AsyncServerStreamingCall<WorkItem> busy = Client.GetWorkItems(
            new GetWorkItemsRequest { MaxConcurrentActivityWorkItems = 1, MaxConcurrentOrchestrationWorkItems = 1 });
        await StartAsync("first");
        Assert.True(await busy.ResponseStream.MoveNext(CancellationToken.None).Soon());
        for (int ping = 0; ping < 30; ping++)
        {
            Time.Advance(Options.PingInterval);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }

        await Client.CompleteOrchestratorTaskAsync(Answers.To(busy.ResponseStream.Current, Answers.Complete(0)));
        await StartAsync("second");

        int pings = -1;
        do
        {
            pings++;
            Assert.True(await busy.ResponseStream.MoveNext(CancellationToken.None).Soon());
        }
        while (busy.ResponseStream.Current.OrchestratorRequest is null);

        Assert.Equal("second", busy.ResponseStream.Current.OrchestratorRequest.InstanceId);
        Assert.InRange(pings, 1, 5);
    }

    [Fact]
    public async Task InstancesThatEndUntaken_AreForgotten()
    {
        for (int number = 0; number < 50; number++)
        {
            await StartAsync($"i{number}", name: $"Flow{number}");
            await TerminateAsync($"i{number}");
        }

        HubEngine engine = await Hub.FindAsync(null, CancellationToken.None);
        await PassTimeUntilAsync(() => engine.KnownItems == 0, Options.TerminationGrace);

        Assert.Equal(OrchestrationStatus.Terminated, (await StateAsync("i49"))!.OrchestrationStatus);
    }

    private async Task LoseAsync()
    {
        ScriptedWorker worker = Connect();
        await worker.NextTurnAsync();
        worker.Dispose();
    }
}
