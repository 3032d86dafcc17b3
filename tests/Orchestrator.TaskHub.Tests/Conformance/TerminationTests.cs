using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>Terminating always works, with a worker or without.</summary>
public abstract class TerminationTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task RunningInstance_EndsThroughItsWorker()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());

        await TerminateAsync("a", "\"enough\"");
        WorkItem turn = await worker.NextTurnAsync();
        await worker.AnswerAsync(turn, Answers.Complete(0, "\"enough\"", OrchestrationStatus.Terminated));
        OrchestrationState state = await EndAsync("a");

        Assert.Equal("\"enough\"", turn.OrchestratorRequest.NewEvents[1].ExecutionTerminated.Input);
        Assert.Equal((OrchestrationStatus.Terminated, "\"enough\""), (state.OrchestrationStatus, state.Output));
    }

    [Fact]
    public async Task PendingInstance_EndsAtOnce()
    {
        await StartAsync("a");

        await TerminateAsync("a", "1");

        OrchestrationState state = await EndAsync("a");
        Assert.Equal((OrchestrationStatus.Terminated, "1"), (state.OrchestrationStatus, state.Output));
    }

    [Fact]
    public async Task WorkerDoesNotAnswer_HubEndsTheInstance()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await TerminateAsync("a", "1");
        WorkItem ignored = await worker.NextTurnAsync();

        Time.Advance(Options.TerminationGrace);
        OrchestrationState state = await EndAsync("a");

        Assert.Equal((OrchestrationStatus.Terminated, "1"), (state.OrchestrationStatus, state.Output));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => worker.AnswerAsync(ignored, Answers.Complete(0))));
    }

    [Fact]
    public async Task Forced_EndsThoseUnderWayAtOnceAndNamesTheOthers()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("ended");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        await StartAsync("stuck");
        WorkItem turn = await worker.NextTurnAsync();

        IEnumerable<string> left = await ForceAsync("stuck", "ended", "nobody", "stuck");
        OrchestrationState state = await EndAsync("stuck");

        Assert.Equal(["ended", "nobody"], left);
        Assert.Equal((OrchestrationStatus.Terminated, "\"enough\""), (state.OrchestrationStatus, state.Output));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => worker.AnswerAsync(turn, Answers.Complete(0))));
        Assert.Equal(OrchestrationStatus.Completed, (await StateAsync("ended"))!.OrchestrationStatus);
    }

    [Fact]
    public async Task ForcedTooManyAtOnce_IsInvalid() => Assert.Equal(
        StatusCode.InvalidArgument,
        await StatusOfAsync(() => ForceAsync(Enumerable.Range(0, 501).Select(number => $"i{number}").ToArray())));

    [Fact]
    public async Task TurnThatIsToldContinuesAsNew_InstanceEndsAllTheSame()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "child"));
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await RaiseAsync("a", "hold");
        WorkItem held = await worker.NextTurnAsync();
        await RaiseAsync("a", "go");
        await TerminateAsync("a", "\"enough\"", recursive: true);
        await worker.AnswerAsync(held);
        WorkItem both = await worker.NextTurnAsync();

        await worker.AnswerAsync(both, Answers.Send(1, "child", "bye"), Answers.ContinueAsNew(2, "1"));
        OrchestrationState state = await EndAsync("a");
        OrchestratorRequest child = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal([OrchestratorStarted, EventRaised, ExecutionTerminated], Kinds(both.OrchestratorRequest.NewEvents));
        Assert.Equal((OrchestrationStatus.Terminated, "\"enough\""), (state.OrchestrationStatus, state.Output));
        Assert.Equal([OrchestratorStarted, EventRaised, ExecutionTerminated], Kinds(child.NewEvents));
    }

    [Fact]
    public async Task TurnThatIsToldGoesOn_InstanceEndsAllTheSame()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await TerminateAsync("a", "1");

        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Timer(0, Time.GetUtcNow().AddMinutes(1)));
        OrchestrationState state = await EndAsync("a");

        Assert.Equal((OrchestrationStatus.Terminated, "1"), (state.OrchestrationStatus, state.Output));
    }

    [Fact]
    public async Task HubRestartsMeanwhile_TerminationStillHappens()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await TerminateAsync("a", "1");

        await CrashAsync();
        Time.Advance(Options.TerminationGrace);

        Assert.Equal(OrchestrationStatus.Terminated, (await EndAsync("a")).OrchestrationStatus);
    }

    [Fact]
    public async Task QuarantinedWhileTerminating_IsTerminated()
    {
        using (ScriptedWorker starter = ScriptedWorker.Connect(Hub.Invoker))
        {
            await StartAsync("a");
            await starter.AnswerAsync(await starter.NextTurnAsync());
        }

        await TerminateAsync("a");
        for (int attempt = 0; attempt < Options.MaxAttempts; attempt++)
        {
            using ScriptedWorker worker = ScriptedWorker.Connect(Hub.Invoker);
            await worker.NextTurnAsync();
        }

        Assert.Equal(OrchestrationStatus.Terminated, (await EndAsync("a")).OrchestrationStatus);
    }

    [Fact]
    public async Task Recursive_TakesTheWholeFamily()
    {
        (ScriptedWorker worker, WorkItem parent) = await FamilyAsync(recursive: true);

        await worker.AnswerAsync(parent, Answers.Complete(1, null, OrchestrationStatus.Terminated));
        WorkItem child = await worker.NextTurnAsync();
        await worker.AnswerAsync(child, Answers.Complete(1, null, OrchestrationStatus.Terminated));

        Assert.True(child.OrchestratorRequest.NewEvents[1].ExecutionTerminated.Recurse);
        Assert.Equal(OrchestrationStatus.Terminated, (await EndAsync("child")).OrchestrationStatus);
    }

    [Fact]
    public async Task NotRecursive_LeavesTheChildRunning()
    {
        (ScriptedWorker worker, WorkItem parent) = await FamilyAsync(recursive: false);

        await worker.AnswerAsync(parent, Answers.Complete(1, null, OrchestrationStatus.Terminated));
        await EndAsync("a");

        Assert.Equal(OrchestrationStatus.Running, (await StateAsync("child"))!.OrchestrationStatus);
    }

    [Fact]
    public async Task RecursiveOfAReusedId_LeavesTheFormersChildrenAlone()
    {
        (ScriptedWorker worker, WorkItem former) = await FamilyAsync(recursive: false);
        await worker.AnswerAsync(former, Answers.Complete(1, null, OrchestrationStatus.Terminated));
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "own"));
        await worker.AnswerAsync(await worker.NextTurnAsync());

        await TerminateAsync("a", recursive: true);
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(1, null, OrchestrationStatus.Terminated));
        OrchestratorRequest told = (await worker.NextTurnAsync()).OrchestratorRequest;
        await StartAsync("b");

        Assert.Equal("own", told.InstanceId);
        Assert.Equal("b", (await worker.NextTurnAsync()).OrchestratorRequest.InstanceId);
        Assert.Equal(OrchestrationStatus.Running, (await StateAsync("child"))!.OrchestrationStatus);
    }

    [Fact]
    public async Task RecursiveAfterOneThatIsNot_TakesTheFamilyAllTheSame()
    {
        (ScriptedWorker worker, WorkItem parent) = await FamilyAsync(recursive: false);
        await TerminateAsync("a", recursive: true);

        await worker.AnswerAsync(parent, Answers.Complete(1, null, OrchestrationStatus.Terminated));
        OrchestratorRequest child = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal(("child", true), (child.InstanceId, child.NewEvents[1].ExecutionTerminated?.Recurse));
    }

    [Fact]
    public async Task WorkerDoesNotAnswerTheRecursiveAfterOneThatIsNot_HubTakesTheFamily()
    {
        (ScriptedWorker worker, WorkItem _) = await FamilyAsync(recursive: false);
        await TerminateAsync("a", recursive: true);

        Time.Advance(Options.TerminationGrace);
        await EndAsync("a");
        OrchestratorRequest child = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal(("child", true), (child.InstanceId, child.NewEvents[1].ExecutionTerminated?.Recurse));
    }

    [Fact]
    public async Task ChildTerminated_ParentGetsAFailure()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "child"));
        await worker.NextTurnAsync();

        await TerminateAsync("child");
        HistoryEvent failed = (await worker.NextTurnAsync()).OrchestratorRequest.NewEvents[1];

        Assert.Equal(0, failed.SubOrchestrationInstanceFailed.TaskScheduledId);
        Assert.Equal("OrchestrationTerminated", failed.SubOrchestrationInstanceFailed.FailureDetails.ErrorType);
    }

    [Fact]
    public async Task ActivitiesOfATerminatedInstance_AreNotHandedOut()
    {
        ScriptedWorker worker = Connect(new GetWorkItemsRequest { MaxConcurrentActivityWorkItems = 1 });
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "One"), Answers.Schedule(1, "Two"));
        WorkItem one = await worker.NextActivityAsync();
        await TerminateAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(2, null, OrchestrationStatus.Terminated));

        await StartAsync("b");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Three"));
        await StatusOfAsync(() => worker.CompleteAsync(one, null));

        Assert.Equal("Three", (await worker.NextActivityAsync()).ActivityRequest.Name);
    }

    [Fact]
    public async Task ActivitiesAskedForInTheTurnThatTerminates_AreNotStarted()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await TerminateAsync("a");
        await worker.AnswerAsync(
            await worker.NextTurnAsync(),
            Answers.Schedule(0, "Charge"),
            Answers.Child(1, "child"),
            Answers.Complete(2, null, OrchestrationStatus.Terminated));

        await StartAsync("b");

        Assert.Equal("b", (await worker.NextTurnAsync()).OrchestratorRequest.InstanceId);
        Assert.Null(await StateAsync("child"));
    }

    [Fact]
    public async Task TerminatedBeforeTheCallerOfAnEarlierCommitGoesOn_ItsActivitiesAreNotStarted()
    {
        ScriptedWorker worker = Connect(new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters { Orchestrations = { new OrchestrationFilter { Name = "Flow" } } },
        });
        await StartAsync("a");
        WorkItem turn = await worker.NextTurnAsync();
        var lag = new TaskCompletionSource();
        Store.Lag = lag.Task;
        Task answered = worker.AnswerAsync(turn, Answers.Schedule(0, "Charge"));
        while ((await StateAsync("a"))!.OrchestrationStatus == OrchestrationStatus.Pending)
        {
            await Task.Yield();
        }

        Store.Lag = Task.CompletedTask;
        await ForceAsync("a");
        lag.SetResult();
        await answered;
        worker.Dispose();
        await StartAsync("b");

        Assert.Equal("b", (await Connect().NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    private async Task<(ScriptedWorker Worker, WorkItem Terminating)> FamilyAsync(bool recursive)
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "child"));
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await TerminateAsync("a", recursive: recursive);
        return (worker, await worker.NextTurnAsync());
    }

    private async Task<IEnumerable<string>> ForceAsync(params string[] instanceIds) =>
        (await Client.SkipGracefulOrchestrationTerminationsAsync(new SkipGracefulOrchestrationTerminationsRequest
        {
            InstanceBatch = new InstanceBatch { InstanceIds = { instanceIds } },
            Reason = "\"enough\"",
        }).ResponseAsync.Soon()).UnterminatedInstanceIds;
}
