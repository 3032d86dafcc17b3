using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>What is too large is refused with a reason; nothing gets stuck.</summary>
public abstract class PayloadTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    private const string TooLargeType = "PayloadTooLarge";

    private static readonly string Largest = new('x', 1024 * 1024);
    private static readonly string TooLarge = new('x', (1024 * 1024) + 1);

    [Fact]
    public async Task InputOrEventTooLarge_IsInvalid()
    {
        await StartAsync("a", Largest);

        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(() => StartAsync("b", TooLarge)));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(() => RaiseAsync("a", "e", TooLarge)));
    }

    [Fact]
    public async Task NamesIdsOrTagsTooLarge_CallIsInvalid()
    {
        string large = new('x', 100_000);
        await StartAsync("a");
        var tagged = new CreateInstanceRequest { InstanceId = "b", Name = "Flow", Tags = { ["k"] = large } };

        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(() => Client.StartInstanceAsync(tagged).ResponseAsync.Soon()));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(() => StartAsync(large)));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(() => StartAsync("b", name: large)));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(() => RaiseAsync("a", large, "1")));
    }

    [Fact]
    public async Task LargestThatIsTaken_FitsThroughGrpc()
    {
        string beside = new('x', 30_000);
        await Client.StartInstanceAsync(
            new CreateInstanceRequest { InstanceId = "a", Name = "Flow", Input = Largest, Tags = { ["k"] = beside } }).ResponseAsync.Soon();
        await RaiseAsync("a", beside, Largest);
        await RaiseAsync("a", beside, Largest);

        WorkItem turn = await Connect().NextTurnAsync();

        Assert.InRange(turn.CalculateSize(), 2 * Largest.Length, 3 * Largest.Length);
    }

    [Theory]
    [InlineData(OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask)]
    [InlineData(OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration)]
    [InlineData(OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent)]
    [InlineData(OrchestratorAction.OrchestratorActionTypeOneofCase.CompleteOrchestration)]
    public async Task NamesIdsOrTagsOfAnActionTooLarge_InstanceFails(OrchestratorAction.OrchestratorActionTypeOneofCase kind)
    {
        string large = new('x', 100_000);
        OrchestratorAction next = Answers.ContinueAsNew(0, null);
        next.CompleteOrchestration.NewVersion = large;
        ScriptedWorker worker = Connect();
        await StartAsync("a");

        await worker.AnswerAsync(await worker.NextTurnAsync(), kind switch
        {
            OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask => Answers.Schedule(0, large),
            OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration => Answers.Child(0, large),
            OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent => Answers.Send(0, "b", large),
            _ => next,
        });

        Assert.Equal(TooLargeType, (await EndAsync("a")).FailureDetails.ErrorType);
    }

    [Fact]
    public async Task ActivityInputTooLarge_ActivityFails()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");

        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work", TooLarge));
        OrchestratorRequest turn = (await worker.NextTurnAsync()).OrchestratorRequest;

        Assert.Equal(TooLargeType, turn.NewEvents[1].TaskFailed.FailureDetails.ErrorType);
        Assert.Contains(turn.PastEvents, happened => happened.TaskScheduled is { Name: "Work" });
    }

    [Fact]
    public async Task ActivityResultTooLarge_ActivityFails()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Schedule(0, "Work"));

        await worker.CompleteAsync(await worker.NextActivityAsync(), TooLarge);

        Assert.Equal(TooLargeType, (await worker.NextTurnAsync()).OrchestratorRequest.NewEvents[1].TaskFailed.FailureDetails.ErrorType);
    }

    [Fact]
    public async Task FailureTooLarge_KeepsItsTypeOnly()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        OrchestratorAction failed = Answers.Fail(0, "Broken");
        failed.CompleteOrchestration.FailureDetails.StackTrace = TooLarge;

        await worker.AnswerAsync(await worker.NextTurnAsync(), failed);

        OrchestrationState state = await EndAsync("a");
        Assert.Equal(("Broken", null), (state.FailureDetails.ErrorType, state.FailureDetails.StackTrace));
    }

    [Fact]
    public async Task ChildInputTooLarge_ChildFails()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");

        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Child(0, "child", TooLarge));

        HistoryEvent failed = (await worker.NextTurnAsync()).OrchestratorRequest.NewEvents[1];
        Assert.Equal(TooLargeType, failed.SubOrchestrationInstanceFailed.FailureDetails.ErrorType);
    }

    [Fact]
    public async Task ResultTooLarge_InstanceFails()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");

        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Complete(0, TooLarge));

        OrchestrationState state = await EndAsync("a");
        Assert.Equal((OrchestrationStatus.Failed, TooLargeType), (state.OrchestrationStatus, state.FailureDetails.ErrorType));
    }

    [Fact]
    public async Task EventToAnotherTooLarge_SenderFails()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");

        await worker.AnswerAsync(await worker.NextTurnAsync(), Answers.Send(0, "b", "e", TooLarge));

        Assert.Equal(TooLargeType, (await EndAsync("a")).FailureDetails.ErrorType);
    }

    [Fact]
    public async Task TerminationWithTooLargeOutput_StillWorks()
    {
        await StartAsync("a");

        await TerminateAsync("a", TooLarge);

        OrchestrationState state = await EndAsync("a");
        Assert.Equal((OrchestrationStatus.Terminated, null), (state.OrchestrationStatus, state.Output));
    }

    [Fact]
    public async Task ManyLargeEvents_ComeInTurnsThatFitThroughGrpc()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        await worker.AnswerAsync(await worker.NextTurnAsync());
        await RaiseAsync("a", "first");
        WorkItem turn = await worker.NextTurnAsync();
        foreach (int number in Enumerable.Range(0, 6))
        {
            await RaiseAsync("a", $"{number}", Largest);
        }

        await worker.AnswerAsync(turn);
        var seen = new List<string>();
        while (seen.Count < 6)
        {
            turn = await worker.NextTurnAsync();
            int bytes = turn.OrchestratorRequest.NewEvents.Sum(happened => happened.CalculateSize());
            Assert.InRange(bytes, 1, 3 * 1024 * 1024);
            seen.AddRange(turn.OrchestratorRequest.NewEvents.Select(happened => happened.EventRaised?.Name).OfType<string>());
            await worker.AnswerAsync(turn);
        }

        Assert.Equal(["0", "1", "2", "3", "4", "5"], seen);
    }
}
