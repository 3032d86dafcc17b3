using Google.Protobuf.WellKnownTypes;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Conformance;

/// <summary>The trace of an execution: from its start to what it calls, and from turn to turn.</summary>
public abstract class TraceTests<TStorage> : HubTest<TStorage>
    where TStorage : ITestStorage, new()
{
    private static readonly TraceContext Caller = new()
    {
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        SpanID = "b7ad6b7169203331",
        TraceState = "vendor=1",
    };

    private static readonly OrchestrationTraceContext Span = new()
    {
        SpanID = "00f067aa0ba902b7",
        SpanStartTime = new Timestamp { Seconds = 1_900_000_000, Nanos = 123_456_789 },
    };

    [Fact]
    public async Task Caller_IsHandedOnToInstanceActivityAndChild()
    {
        ScriptedWorker worker = Connect();
        OrchestratorAction task = Answers.Schedule(0, "Work");
        task.ScheduleTask.ParentTraceContext = Caller;
        OrchestratorAction child = Answers.Child(1, "child");
        child.CreateSubOrchestration.ParentTraceContext = Caller;

        await Client.StartInstanceAsync(
            new CreateInstanceRequest { InstanceId = "a", Name = "Flow", ParentTraceContext = Caller }).ResponseAsync.Soon();
        WorkItem turn = await worker.NextTurnAsync();
        await worker.AnswerAsync(turn, task, child);
        WorkItem[] items = [await worker.NextAsync(), await worker.NextAsync()];

        Assert.Equal(Caller, turn.OrchestratorRequest.NewEvents[1].ExecutionStarted.ParentTraceContext);
        Assert.Equal(Caller, Assert.Single(items, item => item.ActivityRequest is not null).ActivityRequest.ParentTraceContext);
        OrchestratorRequest started = Assert.Single(items, item => item.OrchestratorRequest is not null).OrchestratorRequest;
        Assert.Equal(Caller, started.NewEvents[1].ExecutionStarted.ParentTraceContext);
    }

    [Fact]
    public async Task SpanOfTheExecution_IsKeptUntilItEnds()
    {
        ScriptedWorker worker = Connect();
        await StartAsync("a");
        WorkItem first = await worker.NextTurnAsync();
        OrchestratorResponse answer = Answers.To(first);
        answer.OrchestrationTraceContext = Span;
        await worker.SendAsync(answer);
        await RaiseAsync("a", "e");
        WorkItem second = await worker.NextTurnAsync();

        // A worker that does not trace says nothing, and takes nothing away.
        await worker.AnswerAsync(second);
        await CrashAsync();
        await RaiseAsync("a", "e");
        ScriptedWorker other = Connect();
        WorkItem third = await other.NextTurnAsync();
        await other.AnswerAsync(third, Answers.ContinueAsNew(0, null));
        WorkItem next = await other.NextTurnAsync();

        Assert.Null(first.OrchestratorRequest.OrchestrationTraceContext);
        Assert.Equal(Span, second.OrchestratorRequest.OrchestrationTraceContext);
        Assert.Equal(Span, third.OrchestratorRequest.OrchestrationTraceContext);
        Assert.Null(next.OrchestratorRequest.OrchestrationTraceContext);
    }
}
