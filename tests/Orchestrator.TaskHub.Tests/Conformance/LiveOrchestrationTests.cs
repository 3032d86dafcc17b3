using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>Workers that keep orchestrators between turns get turns without the history that they have played.</summary>
public abstract class LiveOrchestrationTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task Keeper_GetsNoHistoryAgain()
    {
        ScriptedWorker worker = ConnectKeeping();
        await StartAsync("a");
        WorkItem first = await worker.NextTurnAsync();
        await worker.AnswerAsync(first, Answers.Schedule(0, "One"));
        Task acknowledged = worker.CompleteAsync(await worker.NextActivityAsync(), "1");

        WorkItem second = await worker.NextTurnAsync();

        Assert.Equal(new LiveOrchestration(Base: null), LiveOrchestration.Of(first.OrchestratorRequest));
        Assert.Equal(new LiveOrchestration(first.CompletionToken), LiveOrchestration.Of(second.OrchestratorRequest));
        Assert.Empty(second.OrchestratorRequest.PastEvents);
        Assert.False(second.OrchestratorRequest.RequiresHistoryStreaming);
        await worker.AnswerAsync(second);
        await acknowledged.Soon();
    }

    [Fact]
    public async Task KeeperOfAnInstance_GetsItsEventsWithoutHistory()
    {
        ScriptedWorker worker = ConnectKeeping();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await RaiseAsync("a", "e", "1");

        WorkItem turn = await worker.NextTurnAsync();

        Assert.Empty(turn.OrchestratorRequest.PastEvents);
        Assert.Equal("1", turn.OrchestratorRequest.NewEvents.Last().EventRaised?.Input);
    }

    [Fact]
    public async Task KeeperThatHasForgotten_GetsAllOfIt()
    {
        ScriptedWorker worker = ConnectKeeping();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"));
        await worker.CompleteAsync(await worker.NextActivityAsync(), "1");
        WorkItem bare = await worker.NextTurnAsync();
        OrchestratorResponse asking = Answers.To(bare);
        asking.RequiresHistory = true;
        await worker.SendAsync(asking);

        WorkItem whole = await worker.NextTurnAsync();
        StatusCode stale = await StatusOfAsync(() => worker.AnswerAsync(bare));
        await worker.AnswerAsync(whole, Answers.Complete(1));

        Assert.Contains(whole.OrchestratorRequest.PastEvents, happened => happened.ExecutionStarted is not null);
        Assert.Single(whole.OrchestratorRequest.NewEvents, happened => happened.TaskCompleted is not null);
        Assert.Equal(new LiveOrchestration(Base: null), LiveOrchestration.Of(whole.OrchestratorRequest));
        Assert.Equal(StatusCode.NotFound, stale);
        Assert.Equal(OrchestrationStatus.Completed, (await EndAsync("a")).OrchestrationStatus);
    }

    [Fact]
    public async Task InstanceGoesToItsKeeper_WhileThatHasRoom()
    {
        ScriptedWorker keeper = ConnectKeeping();
        await StartAsync("a");
        await keeper.AnswerAsync(await keeper.NextTurnAsync());
        await StartAsync("b");
        await keeper.NextTurnAsync();
        ScriptedWorker idle = ConnectKeeping();

        await RaiseAsync("a", "e");

        Assert.Equal("a", (await keeper.NextTurnAsync()).OrchestratorRequest.InstanceId);
        await StartAsync("c");
        Assert.Equal("c", (await idle.NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task KeeperGone_AnotherGetsTheHistory()
    {
        ScriptedWorker keeper = ConnectKeeping();
        await StartAsync("a");
        await keeper.AnswerAsync(await keeper.NextTurnAsync());
        keeper.Dispose();
        ScriptedWorker other = ConnectKeeping();
        await RaiseAsync("a", "e");

        WorkItem turn = await other.NextTurnAsync();

        Assert.Contains(turn.OrchestratorRequest.PastEvents, happened => happened.ExecutionStarted is not null);
    }

    [Fact]
    public async Task NewGeneration_BeginsWithItsOwnStart()
    {
        ScriptedWorker worker = ConnectKeeping();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await RaiseAsync("a", "e");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.ContinueAsNew(0, "2"));

        WorkItem turn = await worker.NextTurnAsync();

        Assert.Equal(new LiveOrchestration(Base: null), LiveOrchestration.Of(turn.OrchestratorRequest));
        Assert.Equal("2", turn.OrchestratorRequest.NewEvents[1].ExecutionStarted?.Input);
    }

    [Fact]
    public async Task OtherWorkers_NeverSeeAnyOfIt()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await RaiseAsync("a", "e");

        WorkItem turn = await worker.NextTurnAsync();

        Assert.Empty(turn.OrchestratorRequest.Properties);
        Assert.NotEmpty(turn.OrchestratorRequest.PastEvents);
    }

    [Fact]
    public async Task KeeperThatAlwaysAsksForHistory_IsRefusedLikeAnyOther()
    {
        Options.MaxAttempts = 1;
        ScriptedWorker worker = ConnectKeeping();
        await StartAsync("a");
        OrchestratorResponse asking = Answers.To(await worker.NextTurnAsync());
        asking.RequiresHistory = true;

        await worker.SendAsync(asking);

        Assert.Equal(OrchestrationStatus.Failed, (await EndAsync("a")).OrchestrationStatus);
    }

    [Fact]
    public async Task TurnTakenByAnother_FormerKeeperGetsTheHistory()
    {
        ScriptedWorker keeper = ConnectKeeping();
        await StartAsync("a");
        await keeper.AnswerAsync(await keeper.NextTurnAsync());
        keeper.Dispose();
        ScriptedWorker other = Connect();
        await RaiseAsync("a", "e");
        await other.AnswerAsync(await other.NextTurnAsync());
        other.Dispose();
        ScriptedWorker again = ConnectKeeping();
        await RaiseAsync("a", "e");

        WorkItem turn = await again.NextTurnAsync();

        Assert.Equal(2, turn.OrchestratorRequest.PastEvents.Count(happened => happened.OrchestratorStarted is not null));
    }
}
