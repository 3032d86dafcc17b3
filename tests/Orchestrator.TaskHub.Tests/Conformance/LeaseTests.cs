using Grpc.Core;
using Orchestrator.Protocol;
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
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AbandonAsync(await worker.NextTurnAsync());
        Time.Advance(Options.RefusalBackoff);
        await worker.AbandonAsync(await worker.NextTurnAsync());
        Time.Advance(Options.RefusalBackoff * 4);
        WorkItem answered = await worker.NextTurnAsync();
        await RaiseAsync("a", "e");
        await worker.AnswerAsync(answered);

        await worker.AbandonAsync(await worker.NextTurnAsync());
        Time.Advance(Options.RefusalBackoff);
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));

        Assert.Equal(OrchestrationStatus.Completed, (await EndAsync("a")).OrchestrationStatus);
    }
}
