using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>What goes over into a new generation, in which order, and what does not.</summary>
public abstract class ContinueAsNewTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task NewGeneration_StartsAfreshWithItsInput()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a", "1");
        WorkItem old = await worker.NextTurnAsync();

        await worker.AnswerAsync(old, Answers.ContinueAsNew(0, "2"));
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;
        OrchestrationState state = (await StateAsync("a"))!;

        Assert.Empty(turn.PastEvents);
        Assert.Equal([OrchestratorStarted, ExecutionStarted], Kinds(turn.NewEvents));
        Assert.Equal("2", turn.NewEvents[1].ExecutionStarted.Input);
        Assert.NotEqual(old.OrchestratorRequest.ExecutionId, turn.ExecutionId);
        Assert.Equal(turn.ExecutionId, turn.NewEvents[1].ExecutionStarted.OrchestrationInstance.ExecutionId);
        Assert.Equal((OrchestrationStatus.Running, "2"), (state.OrchestrationStatus, state.Input));
    }

    [Fact]
    public async Task UnreadEvents_PrecedeCarriedOnes_AndBothWhatCameMeanwhile()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem first = await worker.NextTurnAsync();
        await RaiseAsync("a", "newer");
        var carried = new HistoryEvent
        {
            EventId = -1,
            Timestamp = Time.GetUtcNow().ToTimestamp(),
            EventRaised = new EventRaisedEvent { Name = "carried" },
        };

        await worker.AnswerAsync(
            first, Answers.Send(0, "a", "buffered-1"), Answers.Send(1, "a", "buffered-2"), Answers.ContinueAsNew(2, null, carried));
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal([OrchestratorStarted, ExecutionStarted, EventRaised, EventRaised, EventRaised, EventRaised], Kinds(turn.NewEvents));
        Assert.Equal(
            ["buffered-1", "buffered-2", "carried", "newer"], turn.NewEvents.Skip(2).Select(happened => happened.EventRaised.Name));
    }

    [Fact]
    public async Task SuspendedMeanwhile_NewGenerationIsSuspendedUntilItIsResumed()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem held = await worker.NextTurnAsync();
        await RaiseAsync("a", "go");
        await Client.SuspendInstanceAsync(new SuspendRequest { InstanceId = "a", Reason = "lunch" }).ResponseAsync.Soon();
        await worker.AnswerAsync(held);

        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Send(0, "a", "unread"), Answers.ContinueAsNew(1, "1"));
        OrchestrationState between = (await StateAsync("a"))!;
        WorkItem next = await worker.NextTurnAsync();
        await worker.AnswerAsync(next);
        OrchestrationState suspended = (await StateAsync("a"))!;
        await Client.ResumeInstanceAsync(new ResumeRequest { InstanceId = "a" }).ResponseAsync.Soon();
        await worker.AnswerAsync(await worker.NextTurnAsync());
        OrchestrationState resumed = (await StateAsync("a"))!;

        Assert.Equal(
            [OrchestratorStarted, ExecutionStarted, ExecutionSuspended, EventRaised], Kinds(next.OrchestratorRequest.NewEvents));
        Assert.Equal("lunch", next.OrchestratorRequest.NewEvents[2].ExecutionSuspended.Input);
        Assert.Equal(
            [OrchestrationStatus.Suspended, OrchestrationStatus.Suspended, OrchestrationStatus.Running],
            [between.OrchestrationStatus, suspended.OrchestrationStatus, resumed.OrchestrationStatus]);
    }

    [Fact]
    public async Task OtherActionsOfTheDyingGeneration_AreDropped()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");

        await worker.AnswerAsync(
            await worker.NextTurnAsync(),
            Answers.Schedule(0, "Work"),
            Answers.Timer(1, Time.GetUtcNow()),
            Answers.Child(2, "child"),
            Answers.ContinueAsNew(3, null));
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await StartAsync("b");

        Assert.Equal("b", (await worker.NextTurnAsync()).OrchestratorRequest.InstanceId);
        Assert.Null(await StateAsync("child"));
    }

    [Fact]
    public async Task EventsToOthersInTheSameTurn_AreDelivered()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("b");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await StartAsync("a");

        await worker.AnswerAsync(
            await worker.NextTurnAsync(), Answers.Send(0, "b", "for b", "1"), Answers.Send(1, "a", "for a"), Answers.ContinueAsNew(2, null));
        OrchestratorRequest[] turns =
            [(await worker.NextTurnAsync()).OrchestratorRequest, (await worker.NextTurnAsync()).OrchestratorRequest];

        EventRaisedEvent toB = Assert.Single(turns, turn => turn.InstanceId == "b").NewEvents[1].EventRaised;
        EventRaisedEvent toA = Assert.Single(turns, turn => turn.InstanceId == "a").NewEvents[2].EventRaised;
        Assert.Equal(("for b", "1", "for a"), (toB.Name, toB.Input, toA.Name));
    }

    [Fact]
    public async Task LateResultOfAnOldGeneration_IsDropped()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work"));
        WorkItem activity = await worker.NextActivityAsync();
        await RaiseAsync("a", "e");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.ContinueAsNew(1, null));
        WorkItem next = await worker.NextTurnAsync();

        StatusCode status = await StatusOfAsync(() => worker.CompleteAsync(activity, "late"));
        await worker.AnswerAsync(next);
        await RaiseAsync("a", "e");

        Assert.Equal(StatusCode.NotFound, status);
        Assert.Equal([OrchestratorStarted, EventRaised], Kinds((await worker.NextTurnAsync()).OrchestratorRequest.NewEvents));
    }

    [Fact]
    public async Task ResultThatWaitsWhileTheGenerationEnds_IsDropped()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work"));
        WorkItem activity = await worker.NextActivityAsync();
        await RaiseAsync("a", "e");
        WorkItem last = await worker.NextTurnAsync();

        await worker.CompleteAsync(activity, "too late for this generation");
        await worker.AnswerAsync(last, Answers.ContinueAsNew(1, null));

        Assert.Equal([OrchestratorStarted, ExecutionStarted], Kinds((await worker.NextTurnAsync()).OrchestratorRequest.NewEvents));
    }

    [Fact]
    public async Task ChildContinuesAsNew_ParentHearsOfItsEndOnly()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(5, "child"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.ContinueAsNew(0, null));

        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0, "done"));
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal("a", turn.InstanceId);
        Assert.Equal([OrchestratorStarted, SubOrchestrationInstanceCompleted], Kinds(turn.NewEvents));
        Assert.Equal(5, turn.NewEvents[1].SubOrchestrationInstanceCompleted.TaskScheduledId);
    }

    [Fact]
    public async Task NewVersion_IsTheNewGenerations()
    {
        ScriptedWorker worker = Connect();
        await Client.StartInstanceAsync(
            new CreateInstanceRequest { InstanceId = "a", Name = "Flow", Version = "1", Tags = { ["k"] = "v" } }).ResponseAsync.Soon();
        OrchestratorAction next = Answers.ContinueAsNew(0, null);
        next.CompleteOrchestration.NewVersion = "2";

        WorkItem first = await worker.NextTurnAsync();
        ScriptedWorker newer = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Orchestrations = { new OrchestrationFilter { Name = "Flow", Versions = { "2" } } } },
        });
        worker.Dispose();
        await newer.SendAsync(Answers.To(first, next));
        ExecutionStartedEvent started = (await newer.NextTurnAsync()).OrchestratorRequest.NewEvents[1].ExecutionStarted;

        Assert.Equal(("2", "v"), (started.Version, started.Tags["k"]));
    }

    [Fact]
    public async Task LateResultForAnOlderVersion_KeepsNothingFromTheNewOne()
    {
        ScriptedWorker first = Connect(FlowsOf(""));
        ScriptedWorker tools = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Activities = { new ActivityFilter { Name = "One" } } },
        });
        await StartAsync("a");
        await first.AnswerAsync(await first.NextTurnAsync(), Answers.Schedule(0, "One"));
        WorkItem activity = await tools.NextActivityAsync();
        await RaiseAsync("a", "e");
        OrchestratorAction next = Answers.ContinueAsNew(1, "2");
        next.CompleteOrchestration.NewVersion = "2";
        await first.AnswerAsync(await first.NextTurnAsync(), next);
        first.Dispose();
        ScriptedWorker second = Connect(FlowsOf("2"));
        await second.AnswerAsync(await second.NextTurnAsync());

        StatusCode late = await StatusOfAsync(() => tools.CompleteAsync(activity, "late"));
        await RaiseAsync("a", "wake");
        WorkItem turn = await second.NextTurnAsync();

        Assert.Equal(StatusCode.NotFound, late);
        Assert.Equal("wake", turn.OrchestratorRequest.NewEvents.Last().EventRaised?.Name);
    }

    private static GetWorkItemsRequest FlowsOf(string version) => new()
    {
        WorkItemFilters = new WorkItemFilters { Orchestrations = { new OrchestrationFilter { Name = "Flow", Versions = { version } } } },
    };
}
