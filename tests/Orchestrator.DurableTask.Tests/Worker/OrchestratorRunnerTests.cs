using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.DurableTask.Tests.Replay;
using Orchestrator.Protocol;

namespace Orchestrator.DurableTask.Tests.Worker;

public sealed class OrchestratorRunnerTests
{
    [Fact]
    public void LateRunOfALostHandOut_DoesNotPassForTheCommittedOne()
    {
        OrchestratorRunner runner = Runner();
        runner.Run(Request(null, Started(), Happened.Raised("x", "1")), [], "committed");
        runner.Run(Request(null, Started()), [], "lost");

        OrchestratorResponse? answer = runner.Run(Request("committed", Happened.Raised("x", "2")), [], "next");

        Assert.True(answer?.RequiresHistory);
    }

    [Fact]
    public void OrchestratorOfTheTurnBefore_PlaysOn()
    {
        OrchestratorRunner runner = Runner();
        runner.Run(Request(null, Started(), Happened.Raised("x", "1")), [], "first");

        OrchestratorResponse? answer = runner.Run(Request("first", Happened.Raised("x", "2")), [], "second");
        OrchestratorResponse? after = runner.Run(Request("second", Happened.Raised("x", "3")), [], "third");

        Assert.Equal("\"12\"", answer?.Actions.Single().CompleteOrchestration?.Result);
        Assert.True(after?.RequiresHistory);
    }

    [Fact]
    public void MachineThatSleepsWhileATurnIsKept_LosesTheKeptOneAlone()
    {
        OrchestratorRunner runner = Runner(new SleepyTime());

        OrchestratorResponse? answer = runner.Run(Request(null, Started(), Happened.Raised("x", "1")), [], "first");
        OrchestratorResponse? next = runner.Run(Request("first", Happened.Raised("x", "2")), [], "second");

        Assert.Empty(answer!.Actions);
        Assert.True(next?.RequiresHistory);
    }

    private static OrchestratorRunner Runner(TimeProvider? time = null)
    {
        var registry = new DurableTaskRegistry();
        registry.AddOrchestrator("Test", () => FuncTaskOrchestrator.Create<object?, string>(async (context, _) =>
        {
            string first = await context.WaitForExternalEvent<string>("x");
            return first + await context.WaitForExternalEvent<string>("x");
        }));
        return new OrchestratorRunner(
            new TaskCatalogue(registry),
            versioning: null,
            new ReplaySettings(JsonDataConverter.Default, TimeSpan.FromDays(3), "", NullLoggerFactory.Instance),
            time ?? TimeProvider.System);
    }

    private static HistoryEvent Started() => new()
    {
        EventId = -1,
        ExecutionStarted = new ExecutionStartedEvent
        {
            Name = "Test",
            OrchestrationInstance = new OrchestrationInstance { InstanceId = "i", ExecutionId = "e" },
        },
    };

    private static OrchestratorRequest Request(string? baseToken, params HistoryEvent[] events)
    {
        HistoryEvent[] fresh = [new HistoryEvent { EventId = -1, OrchestratorStarted = new OrchestratorStartedEvent() }, .. events];
        var request = new OrchestratorRequest
        {
            InstanceId = "i",
            ExecutionId = "e",
            NewEvents = { fresh.Select(happened => happened.At(TestInstance.StartedAt)) },
        };
        new LiveOrchestration(baseToken).AddTo(request);
        return request;
    }

    // An hour goes by between any two looks at it.
    private sealed class SleepyTime : TimeProvider
    {
        private long _looks;

        public override long GetTimestamp() => ++_looks * TimestampFrequency * 3600;
    }
}
