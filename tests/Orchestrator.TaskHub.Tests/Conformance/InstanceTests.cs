using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>What clients ask for, and which statuses they get.</summary>
public abstract class InstanceTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    [Fact]
    public async Task IdIsUnderWay_AlreadyExists()
    {
        await StartAsync("a");

        Assert.Equal(StatusCode.AlreadyExists, await StatusOfAsync(() => StartAsync("a")));
    }

    [Fact]
    public async Task IdHasEnded_IsReplaced()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a", "1");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0, "out"));

        await StartAsync("a", "2");
        OrchestrationState state = (await StateAsync("a"))!;

        Assert.Equal((OrchestrationStatus.Pending, "2", null), (state.OrchestrationStatus, state.Input, state.Output));
    }

    [Fact]
    public async Task PolicyDoesNotNameTheStatus_AlreadyExists()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));

        Assert.Equal(StatusCode.AlreadyExists, await StatusOfAsync(() => StartWithPolicyAsync("a", OrchestrationStatus.Failed)));
    }

    [Fact]
    public async Task PolicyReplacesARunningInstance_ItsTurnIsStale()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a", "1");
        WorkItem old = await worker.NextTurnAsync();

        await StartWithPolicyAsync("a", OrchestrationStatus.Pending, OrchestrationStatus.Running, OrchestrationStatus.Terminated);
        StatusCode stale = await StatusOfAsync(() => worker.AnswerAsync(old, Answers.Complete(0)));
        WorkItem replaced = await worker.NextTurnAsync();

        Assert.Equal(StatusCode.NotFound, stale);
        Assert.NotEqual(old.OrchestratorRequest.ExecutionId, replaced.OrchestratorRequest.ExecutionId);
    }

    [Fact]
    public async Task PolicyReplacesWhatIsUnderWayButNothingTerminated_IsInvalidOnceItMatters()
    {
        ScriptedWorker worker = Connect();
        OrchestrationStatus[] policy = [OrchestrationStatus.Pending, OrchestrationStatus.Running, OrchestrationStatus.Completed];
        await StartWithPolicyAsync("a", policy);

        StatusCode whilePending = await StatusOfAsync(() => StartWithPolicyAsync("a", policy));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));
        await StartWithPolicyAsync("a", policy);

        Assert.Equal(StatusCode.InvalidArgument, whilePending);
        Assert.Equal(OrchestrationStatus.Pending, (await StateAsync("a"))!.OrchestrationStatus);
    }

    [Fact]
    public async Task ScheduledStart_WaitsForItsTime()
    {
        ScriptedWorker worker = Connect();
        await Client.StartInstanceAsync(new CreateInstanceRequest
        {
            InstanceId = "later",
            Name = "Flow",
            ScheduledStartTimestamp = Time.GetUtcNow().AddMinutes(5).ToTimestamp(),
        }).ResponseAsync.Soon();
        await RaiseAsync("later", "early bird");
        await StartAsync("now");
        WorkItem first = await worker.NextTurnAsync();
        OrchestrationStatus before = (await StateAsync("later"))!.OrchestrationStatus;

        Time.Advance(TimeSpan.FromMinutes(5));
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal("now", first.OrchestratorRequest.InstanceId);
        Assert.Equal(OrchestrationStatus.Pending, before);
        Assert.Equal(("later", 3), (turn.InstanceId, turn.NewEvents.Count));
    }

    [Fact]
    public async Task ClockIsSetBackOnceAScheduledStartHasCome_InstanceBeginsAllTheSame()
    {
        await Client.StartInstanceAsync(new CreateInstanceRequest
        {
            InstanceId = "a",
            Name = "Flow",
            ScheduledStartTimestamp = Time.GetUtcNow().AddMinutes(5).ToTimestamp(),
        }).ResponseAsync.Soon();
        HubEngine engine = await Hub.FindAsync(null, CancellationToken.None);
        await PassTimeUntilAsync(() => engine.KnownItems > 0, TimeSpan.FromSeconds(10));
        Time.AdjustTime(Time.GetUtcNow() - TimeSpan.FromMinutes(10));

        Assert.Equal("a", (await Connect().NextTurnAsync()).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task UnknownInstance_StatusesAreAsAgreed()
    {
        Assert.Null(await StateAsync("nobody"));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => RaiseAsync("nobody", "e")));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => TerminateAsync("nobody")));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => RestartAsync("nobody", isNewId: true)));
        Assert.Empty(await HistoryAsync("nobody"));
        Assert.Equal(0, await PurgeAsync(new PurgeInstancesRequest { InstanceId = "nobody" }));
    }

    [Fact]
    public async Task WaitForAnInstanceThatComesLater_EndsWithIt()
    {
        ScriptedWorker worker = Connect();
        Task<OrchestrationState> end = EndAsync("a");

        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0, "out"));

        Assert.Equal("out", (await end).Output);
    }

    [Fact]
    public async Task WaitForAnInstanceThatNeverComes_NotFoundAfterHalfAMinute()
    {
        Task<OrchestrationState> end = EndAsync("nobody");

        while (!end.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(() => end));
    }

    [Fact]
    public async Task WaitPastTheDeadline_DeadlineExceeded()
    {
        await StartAsync("a");
        AsyncUnaryCall<GetInstanceResponse> wait = Client.WaitForInstanceCompletionAsync(
            new GetInstanceRequest { InstanceId = "a" }, deadline: Time.GetUtcNow().AddSeconds(30).UtcDateTime);

        Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(StatusCode.DeadlineExceeded, await StatusOfAsync(() => wait.ResponseAsync.Soon()));
    }

    [Fact]
    public async Task ManyWaits_AllHearOfTheEnd()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem turn = await worker.NextTurnAsync();
        List<Task<OrchestrationState>> ends = Enumerable.Range(0, 2000).Select(_ => EndAsync("a")).ToList();

        await worker.AnswerAsync(turn, Answers.Complete(0, "end"));

        Assert.All(await Task.WhenAll(ends).Soon(), state => Assert.Equal("end", state.Output));
    }

    [Fact]
    public async Task WaitForStart_EndsWithTheFirstTurn()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        Task<GetInstanceResponse> started = Client.WaitForInstanceStartAsync(new GetInstanceRequest { InstanceId = "a" }).ResponseAsync;
        WorkItem turn = await worker.NextTurnAsync();
        bool before = started.IsCompleted;

        await worker.AnswerAsync(turn);

        Assert.False(before);
        Assert.Equal(OrchestrationStatus.Running, (await started.Soon()).OrchestrationState.OrchestrationStatus);
    }

    [Fact]
    public async Task Restart_RunsAgainWithTheSameInput()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a", "1");
        StatusCode whileRunning = await StatusOfAsync(() => RestartAsync("a", isNewId: false));
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0));

        string same = await RestartAsync("a", isNewId: false);
        string other = await RestartAsync("a", isNewId: true);

        Assert.Equal(StatusCode.FailedPrecondition, whileRunning);
        Assert.Equal(("a", "1"), (same, (await StateAsync("a"))!.Input));
        Assert.Equal("1", (await StateAsync(other))!.Input);
        Assert.NotEqual("a", other);
    }

    private async Task StartWithPolicyAsync(string instanceId, params OrchestrationStatus[] replaceable) =>
        await Client.StartInstanceAsync(new CreateInstanceRequest
        {
            InstanceId = instanceId,
            Name = "Flow",
            OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy { ReplaceableStatus = { replaceable } },
        }).ResponseAsync.Soon();

    private async Task<string> RestartAsync(string instanceId, bool isNewId) =>
        (await Client.RestartInstanceAsync(
            new RestartInstanceRequest { InstanceId = instanceId, RestartWithNewInstanceId = isNewId }).ResponseAsync.Soon()).InstanceId;

    private async Task<int> PurgeAsync(PurgeInstancesRequest request) =>
        (await Client.PurgeInstancesAsync(request).ResponseAsync.Soon()).DeletedInstanceCount;
}
