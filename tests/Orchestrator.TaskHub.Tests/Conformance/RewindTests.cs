using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>What a failed instance goes on from when it is rewound, and who may not be.</summary>
public abstract class RewindTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task FailedActivity_IsAskedForAgainAndTheOthersStay()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a", "1");
        WorkItem first = await worker.NextTurnAsync();
        await worker.AnswerAsync(first, Answers.Schedule(0, "Works"), Answers.Schedule(1, "Breaks"));
        WorkItem works = await worker.NextActivityAsync();
        WorkItem breaks = await worker.NextActivityAsync();
        await worker.CompleteAsync(works, "done");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await worker.FailAsync(breaks, "Broken");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(2, "Broken"));

        await RewindAsync("a", "it is mended");
        OrchestrationState rewound = (await StateAsync("a"))!;
        WorkItem again = await worker.NextTurnAsync();
        await worker.AnswerAsync(again, Answers.Schedule(1, "Breaks"));
        await worker.CompleteAsync(await worker.NextActivityAsync(), "done, too");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(2, "end"));

        Assert.Equal((OrchestrationStatus.Running, null, null), (rewound.OrchestrationStatus, rewound.FailureDetails, rewound.CompletedTimestamp));
        Assert.NotEqual(first.OrchestratorRequest.ExecutionId, again.OrchestratorRequest.ExecutionId);
        Assert.Equal(again.OrchestratorRequest.ExecutionId, Started(again).OrchestrationInstance.ExecutionId);
        Assert.Equal(
            [OrchestratorStarted, ExecutionStarted, TaskScheduled, OrchestratorCompleted,
                OrchestratorStarted, TaskCompleted, OrchestratorCompleted, OrchestratorStarted, OrchestratorCompleted],
            Kinds(again.OrchestratorRequest.PastEvents));
        Assert.Equal([OrchestratorStarted, ExecutionRewound], Kinds(again.OrchestratorRequest.NewEvents));
        Assert.Equal("it is mended", again.OrchestratorRequest.NewEvents[1].ExecutionRewound.Reason);
        OrchestrationState ended = await EndAsync("a");
        Assert.Equal((OrchestrationStatus.Completed, "1", "end"), (ended.OrchestrationStatus, ended.Input, ended.Output));
        Assert.Single(await HistoryAsync("a"), happened => happened.ExecutionRewound is not null);
    }

    [Fact]
    public async Task RetriesAndWhatCameAfterThem_AreUndoneSoThatIdsStay()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Breaks"));
        await worker.FailAsync(await worker.NextActivityAsync(), "Broken");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Timer(1, Time.GetUtcNow().AddSeconds(1)));
        Time.Advance(TimeSpan.FromSeconds(1));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(2, "Breaks"));
        await worker.FailAsync(await worker.NextActivityAsync(), "Broken");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(3, "Broken"));

        await RewindAsync("a");
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.All(turn.PastEvents, happened => Assert.Equal(-1, happened.EventId));
        Assert.DoesNotContain(turn.PastEvents, happened => happened.TaskFailed is not null || happened.TimerFired is not null);
    }

    [Fact]
    public async Task WhatWasOpenWhenItFailed_IsAskedForAgain()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(
            await worker.NextTurnAsync(), Answers.Schedule(0, "Slow"), Answers.Timer(1, Time.GetUtcNow().AddHours(1)));
        WorkItem slow = await worker.NextActivityAsync();
        await RaiseAsync("a", "give up");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(2, "GaveUp"));

        await RewindAsync("a");
        StatusCode late = await StatusOfAsync(() => worker.CompleteAsync(slow, "of the execution that failed"));
        WorkItem again = await worker.NextTurnAsync();
        await worker.AnswerAsync(again, Answers.Schedule(0, "Slow"), Answers.Timer(1, Time.GetUtcNow()));

        Assert.Equal(StatusCode.NotFound, late);
        Assert.Equal(
            [OrchestratorStarted, ExecutionStarted, OrchestratorCompleted, OrchestratorStarted, EventRaised, OrchestratorCompleted],
            Kinds(again.OrchestratorRequest.PastEvents));
        Assert.Equal("Slow", (await worker.NextActivityAsync()).ActivityRequest.Name);
        Assert.Equal([OrchestratorStarted, TimerFired], Kinds((await worker.NextTurnAsync()).OrchestratorRequest.NewEvents));
    }

    [Fact]
    public async Task ChildThatFailedItsParent_IsRewoundWithIt()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "child"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "grandchild"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(0, "Broken"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(1, "Broken"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(1, "Broken"));

        await RewindAsync("a", "all of them");
        Dictionary<string, WorkItem> turns = await TurnsAsync(worker, 3);
        foreach (WorkItem turn in turns.Values.Where(turn => turn.OrchestratorRequest.InstanceId != "grandchild"))
        {
            await worker.AnswerAsync(turn);
        }

        await worker.AnswerAsync(turns["grandchild"], Answers.Complete(0, "mended"));
        WorkItem told = await worker.NextTurnAsync();
        await worker.AnswerAsync(told, Answers.Complete(1, "mended"));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(1, "mended"));

        Assert.All(turns.Values, turn => Assert.Equal(
            "all of them", Assert.Single(turn.OrchestratorRequest.NewEvents, happened => happened.ExecutionRewound is not null).ExecutionRewound.Reason));
        Assert.Equal(turns["a"].OrchestratorRequest.ExecutionId, Started(turns["child"]).ParentInstance.OrchestrationInstance.ExecutionId);
        Assert.Contains(SubOrchestrationInstanceCreated, Kinds(turns["a"].OrchestratorRequest.PastEvents));
        Assert.Equal("child", told.OrchestratorRequest.InstanceId);
        Assert.Equal("mended", (await EndAsync("a")).Output);
    }

    [Fact]
    public async Task ChildrenThatDidNotFail_AnswerTheNewExecution()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "ends"), Answers.Child(1, "runs"));
        Dictionary<string, WorkItem> children = await TurnsAsync(worker, 2);
        await RaiseAsync("a", "give up");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(2, "GaveUp"));
        await worker.AnswerAsync(children["ends"], Answers.Complete(0, "well"));

        await RewindAsync("a");
        OrchestratorRequest again = await TakenAsync(worker);
        await worker.AnswerAsync(children["runs"], Answers.Complete(0, "later"));
        OrchestratorRequest told = await TakenAsync(worker);

        Assert.Equal([OrchestratorStarted, ExecutionRewound, SubOrchestrationInstanceCompleted], Kinds(again.NewEvents));
        Assert.Equal("well", again.NewEvents[2].SubOrchestrationInstanceCompleted.Result);
        Assert.Equal((1, "later"), (
            told.NewEvents[1].SubOrchestrationInstanceCompleted.TaskScheduledId, told.NewEvents[1].SubOrchestrationInstanceCompleted.Result));
    }

    [Fact]
    public async Task ChildThatIsGoneOrWasTerminated_IsAskedForAgain()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "gone"), Answers.Child(1, "ended"));
        Dictionary<string, WorkItem> children = await TurnsAsync(worker, 2);
        await worker.AnswerAsync(children["gone"], Answers.Fail(0, "Broken"));
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await worker.AnswerAsync(children["ended"], Answers.Complete(0, null, OrchestrationStatus.Terminated));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(2, "Broken"));
        await Client.PurgeInstancesAsync(new PurgeInstancesRequest { InstanceId = "gone" }).ResponseAsync.Soon();

        await RewindAsync("a");
        WorkItem again = await worker.NextTurnAsync();
        await worker.AnswerAsync(again, Answers.Child(0, "gone"), Answers.Child(1, "ended"));
        Dictionary<string, WorkItem> anew = await TurnsAsync(worker, 2);

        Assert.DoesNotContain(SubOrchestrationInstanceCreated, Kinds(again.OrchestratorRequest.PastEvents));
        Assert.Equal(["ended", "gone"], anew.Keys.Order());
    }

    [Fact]
    public async Task RewoundInstance_SurvivesACrashAndFailsAndIsRewoundAgain()
    {
        ScriptedWorker before = Connect();
        await StartAsync("a");
        await before.AnswerAsync(await before.NextTurnAsync(), Answers.Fail(0, "Broken"));
        await RewindAsync("a", "once");

        await CrashAsync();
        ScriptedWorker worker = Connect();
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Fail(0, "Broken"));
        await RewindAsync("a", "twice");
        WorkItem turn = await worker.NextTurnAsync();
        await worker.AnswerAsync(turn, Answers.Complete(0, "end"));

        Assert.Equal("once", Assert.Single(turn.OrchestratorRequest.PastEvents, happened => happened.ExecutionRewound is not null).ExecutionRewound.Reason);
        Assert.Equal((OrchestrationStatus.Completed, "end"), ((await EndAsync("a")).OrchestrationStatus, (await EndAsync("a")).Output));
    }

    [Fact]
    public async Task OnlyWhatFailed_CanBeRewound()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("completed");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        await StartAsync("terminated");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0, null, OrchestrationStatus.Terminated));
        await StartAsync("running");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await StartAsync("pending");

        foreach (string id in new[] { "completed", "terminated", "running", "pending" })
        {
            Assert.Equal((id, StatusCode.FailedPrecondition), (id, await StatusOfAsync(() => RewindAsync(id))));
        }

        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => RewindAsync("nobody")));
    }

    private static ExecutionStartedEvent Started(WorkItem turn) =>
        turn.OrchestratorRequest.PastEvents.Single(happened => happened.ExecutionStarted is not null).ExecutionStarted;

    private static async Task<Dictionary<string, WorkItem>> TurnsAsync(ScriptedWorker worker, int count)
    {
        var turns = new Dictionary<string, WorkItem>();
        while (turns.Count < count)
        {
            WorkItem turn = await worker.NextTurnAsync();
            turns.Add(turn.OrchestratorRequest.InstanceId, turn);
        }

        return turns;
    }

    private static async Task<OrchestratorRequest> TakenAsync(ScriptedWorker worker)
    {
        WorkItem turn = await worker.NextTurnAsync();
        await worker.AnswerAsync(turn);
        return turn.OrchestratorRequest;
    }

    private async Task RewindAsync(string instanceId, string? reason = null) =>
        await Client.RewindInstanceAsync(new RewindInstanceRequest { InstanceId = instanceId, Reason = reason }).ResponseAsync.Soon();
}
