using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>What a turn is made of, and what comes of its actions.</summary>
public abstract class TurnTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task FirstTurn_BeginsWithClockAndStart()
    {
        ScriptedWorker worker = Connect();

        await StartAsync("a", "42");
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal([OrchestratorStarted, ExecutionStarted], Kinds(turn.NewEvents));
        Assert.Empty(turn.PastEvents);
        Assert.Equal(Time.GetUtcNow().ToTimestamp(), turn.NewEvents[0].Timestamp);
        Assert.Equal("42", turn.NewEvents[1].ExecutionStarted.Input);
        Assert.Equal("a", turn.NewEvents[1].ExecutionStarted.OrchestrationInstance.InstanceId);
        Assert.All(turn.NewEvents, happened => Assert.NotNull(happened.Timestamp));
        Assert.Matches("^[0-9a-f]{32}$", turn.ExecutionId);
        Assert.Equal(turn.ExecutionId, turn.NewEvents[1].ExecutionStarted.OrchestrationInstance.ExecutionId);
    }

    [Fact]
    public async Task ActivityCompletes_ResultIsNextTurn()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work", "1"));

        WorkItem activity = await worker.NextActivityAsync();
        await worker.CompleteAsync(activity, "2");
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal(("Work", "1", 0), (activity.ActivityRequest.Name, activity.ActivityRequest.Input, activity.ActivityRequest.TaskId));
        Assert.Equal([OrchestratorStarted, ExecutionStarted, TaskScheduled, OrchestratorCompleted], Kinds(turn.PastEvents));
        Assert.Equal(0, turn.PastEvents[2].EventId);
        Assert.Equal([OrchestratorStarted, TaskCompleted], Kinds(turn.NewEvents));
        Assert.Equal((0, "2"), (turn.NewEvents[1].TaskCompleted.TaskScheduledId, turn.NewEvents[1].TaskCompleted.Result));
        Assert.Equal(-1, turn.NewEvents[1].EventId);
    }

    [Fact]
    public async Task ActivityFails_FailureIsNextTurn()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(7, "Work"));

        await worker.FailAsync(await worker.NextActivityAsync(), "Broken");
        HistoryEvent failed = (await worker.NextTurnAsync()).OrchestratorRequest.NewEvents[1];

        Assert.Equal((7, "Broken"), (failed.TaskFailed.TaskScheduledId, failed.TaskFailed.FailureDetails.ErrorType));
    }

    [Fact]
    public async Task TimerIsDue_Fires()
    {
        DateTimeOffset fireAt = Time.GetUtcNow().AddMinutes(30);
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Timer(0, fireAt));

        Time.Advance(TimeSpan.FromMinutes(30));
        HistoryEvent fired = (await worker.NextTurnAsync()).OrchestratorRequest.NewEvents[1];

        Assert.Equal((0, fireAt.ToTimestamp()), (fired.TimerFired.TimerId, fired.TimerFired.FireAt));
    }

    [Fact]
    public async Task TimerIsNotDue_DoesNotFire()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Timer(0, Time.GetUtcNow().AddMinutes(10)));

        Time.Advance(TimeSpan.FromMinutes(9));
        await RaiseAsync("a", "now");

        Assert.Equal([OrchestratorStarted, EventRaised], Kinds((await worker.NextTurnAsync()).OrchestratorRequest.NewEvents));
    }

    [Fact]
    public async Task ChildCompletes_ParentHearsOfIt()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(3, "b", "\"x\""));

        WorkItem child = await worker.NextTurnAsync();
        await worker.AnswerAsync(child, Answers.Complete(0, "\"y\""));
        HistoryEvent completed = (await worker.NextTurnAsync()).OrchestratorRequest.NewEvents[1];

        ExecutionStartedEvent started = child.OrchestratorRequest.NewEvents[1].ExecutionStarted;
        Assert.Equal(("\"x\"", 3), (started.Input, started.ParentInstance.TaskScheduledId));
        Assert.Equal("a", started.ParentInstance.OrchestrationInstance.InstanceId);
        Assert.Equal("Flow", started.ParentInstance.Name);
        Assert.Equal(3, completed.SubOrchestrationInstanceCompleted.TaskScheduledId);
        Assert.Equal("\"y\"", completed.SubOrchestrationInstanceCompleted.Result);
        Assert.Equal("a", (await StateAsync("b"))!.ParentInstanceId);
    }

    [Fact]
    public async Task ChildFails_ParentGetsItsFailure()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(3, "b"));

        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(0, "Broken"));
        HistoryEvent failed = (await worker.NextTurnAsync()).OrchestratorRequest.NewEvents[1];

        Assert.Equal(3, failed.SubOrchestrationInstanceFailed.TaskScheduledId);
        Assert.Equal("Broken", failed.SubOrchestrationInstanceFailed.FailureDetails.ErrorType);
    }

    [Fact]
    public async Task ChildIdIsTaken_ChildFails()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "a"));

        HistoryEvent failed = (await worker.NextTurnAsync()).OrchestratorRequest.NewEvents[1];

        Assert.Equal("OrchestrationAlreadyExists", failed.SubOrchestrationInstanceFailed.FailureDetails.ErrorType);
    }

    [Fact]
    public async Task EventsRaised_ArriveInOrder()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem first = await worker.NextTurnAsync();
        foreach (int number in Enumerable.Range(0, 20))
        {
            await RaiseAsync("a", "e", $"{number}");
        }

        await worker.AnswerAsync(first);
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal(
            Enumerable.Range(0, 20).Select(number => $"{number}"),
            turn.NewEvents.Skip(1).Select(happened => happened.EventRaised.Input));
    }

    [Fact]
    public async Task EventSent_ReachesItsTarget()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("b");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await StartAsync("a");

        await worker.AnswerAsync(
            await worker.NextTurnAsync(), Answers.Send(0, "nobody", "lost"), Answers.Send(1, "b", "hello", "1"));
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal("b", turn.InstanceId);
        Assert.Equal(("hello", "1"), (turn.NewEvents[1].EventRaised.Name, turn.NewEvents[1].EventRaised.Input));
        Assert.Equal([EventSent, EventSent], Kinds(await HistoryAsync("a")).Where(kind => kind == EventSent));
    }

    [Fact]
    public async Task Completed_StateAndHistorySaySo()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a", "1");
        WorkItem turn = await worker.NextTurnAsync();
        OrchestratorResponse response = Answers.To(turn, Answers.Complete(0, "2"));
        response.CustomStatus = "\"done\"";

        await worker.SendAsync(response);
        OrchestrationState state = await EndAsync("a");

        Assert.Equal(OrchestrationStatus.Completed, state.OrchestrationStatus);
        Assert.Equal(("1", "2", "\"done\""), (state.Input, state.Output, state.CustomStatus));
        Assert.Equal(Time.GetUtcNow().ToTimestamp(), state.CompletedTimestamp);
        Assert.Equal([OrchestratorStarted, ExecutionStarted, ExecutionCompleted], Kinds(await HistoryAsync("a")));
    }

    [Fact]
    public async Task CustomStatusLeftOut_IsGone()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        OrchestratorResponse response = Answers.To(await worker.NextTurnAsync());
        response.CustomStatus = "1";
        await worker.SendAsync(response);
        string before = (await StateAsync("a"))!.CustomStatus;

        await RaiseAsync("a", "e");
        await worker.AnswerAsync(await worker.NextTurnAsync());

        Assert.Equal("1", before);
        Assert.Null((await StateAsync("a"))!.CustomStatus);
    }

    [Fact]
    public async Task Suspended_ShowsUntilResumed()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());

        await Client.SuspendInstanceAsync(new SuspendRequest { InstanceId = "a", Reason = "why" }).ResponseAsync.Soon();
        WorkItem suspended = await worker.NextTurnAsync();
        await worker.AnswerAsync(suspended);
        OrchestrationStatus whileSuspended = (await StateAsync("a"))!.OrchestrationStatus;
        await RaiseAsync("a", "e");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        OrchestrationStatus stillSuspended = (await StateAsync("a"))!.OrchestrationStatus;
        await Client.ResumeInstanceAsync(new ResumeRequest { InstanceId = "a" }).ResponseAsync.Soon();
        await worker.AnswerAsync(await worker.NextTurnAsync());

        Assert.Equal("why", suspended.OrchestratorRequest.NewEvents[1].ExecutionSuspended.Input);
        Assert.Equal(
            (OrchestrationStatus.Suspended, OrchestrationStatus.Suspended, OrchestrationStatus.Running),
            (whileSuspended, stillSuspended, (await StateAsync("a"))!.OrchestrationStatus));
    }

    [Fact]
    public async Task LateMessagesOfAnEndedInstance_AreDropped()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work"), Answers.Complete(1));

        await worker.CompleteAsync(await worker.NextActivityAsync(), "late");
        await RaiseAsync("a", "late");
        await StartAsync("b");

        Assert.Equal("b", (await worker.NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task TwoActionsOfOneId_AreRefusedBeforeAnythingIsCommitted()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem turn = await worker.NextTurnAsync();

        StatusCode status = await StatusOfAsync(
            () => worker.AnswerAsync(turn, Answers.Schedule(0, "One"), Answers.Timer(0, Time.GetUtcNow().AddMinutes(1))));
        await worker.AnswerAsync(turn, Answers.Schedule(0, "One"));

        Assert.Equal(StatusCode.InvalidArgument, status);
        Assert.Equal("One", (await worker.NextActivityAsync()).ActivityRequest.Name);
    }

    [Fact]
    public async Task IdOfAnOpenActivityUsedAgain_AsksForNothingNew()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"));
        WorkItem activity = await worker.NextActivityAsync();
        await RaiseAsync("a", "e");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"));
        await StopAndReopenAsync();

        ScriptedWorker other = Connect();
        WorkItem again = await other.NextActivityAsync();
        await RaiseAsync("a", "e");

        Assert.Equal(activity.ActivityRequest.TaskId, again.ActivityRequest.TaskId);
        await other.NextTurnAsync();
    }
}
