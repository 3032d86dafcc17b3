using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker.Grpc;
using Orchestrator.Protocol;

namespace Orchestrator.DurableTask.Tests.Worker;

/// <summary>Turns for a host that carries the messages itself.</summary>
public sealed class GrpcOrchestrationRunnerTests
{
    private static readonly Timestamp Now = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void FirstTurn_AsksForTheActivity()
    {
        OrchestratorResponse turn = Run([], [Event(started: new OrchestratorStartedEvent()), Started()], new Doubling());

        ScheduleTaskAction asked = Assert.Single(turn.Actions).ScheduleTask;
        Assert.Equal(("Double", "[21]"), (asked.Name, asked.Input));
    }

    [Fact]
    public void LaterTurn_IsPlayedFromItsHistory()
    {
        OrchestratorResponse turn = Run(
            [Event(started: new OrchestratorStartedEvent()), Started(), new HistoryEvent { EventId = 0, Timestamp = Now, TaskScheduled = new TaskScheduledEvent { Name = "Double" } }],
            [Event(started: new OrchestratorStartedEvent()), new HistoryEvent { EventId = -1, Timestamp = Now, TaskCompleted = new TaskCompletedEvent { TaskScheduledId = 0, Result = "42" } }],
            new Doubling());

        CompleteOrchestrationAction end = Assert.Single(turn.Actions).CompleteOrchestration;
        Assert.Equal((OrchestrationStatus.Completed, "42"), (end.OrchestrationStatus, end.Result));
    }

    [Fact]
    public void HistoryWithoutAStart_IsAFailedOrchestration() =>
        Assert.Equal(OrchestrationStatus.Failed, Assert.Single(Run([], [], new Doubling()).Actions).CompleteOrchestration.OrchestrationStatus);

    [Theory]
    [InlineData("%%%")]
    [InlineData("////")]
    public void WhatIsNoRequest_IsRefused(string encoded) =>
        Assert.Throws<ArgumentException>(() => GrpcOrchestrationRunner.LoadAndRun(encoded, new Doubling()));

    private static OrchestratorResponse Run(HistoryEvent[] past, HistoryEvent[] fresh, ITaskOrchestrator orchestrator)
    {
        var request = new OrchestratorRequest { InstanceId = "i", PastEvents = { past }, NewEvents = { fresh } };
        return OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(
            GrpcOrchestrationRunner.LoadAndRun(Convert.ToBase64String(request.ToByteArray()), orchestrator)));
    }

    private static HistoryEvent Event(OrchestratorStartedEvent started) => new() { EventId = -1, Timestamp = Now, OrchestratorStarted = started };

    private static HistoryEvent Started() => new()
    {
        EventId = -1,
        Timestamp = Now,
        ExecutionStarted = new ExecutionStartedEvent { Name = "Any", Input = "21", OrchestrationInstance = new OrchestrationInstance { InstanceId = "i" } },
    };

    private sealed class Doubling : TaskOrchestrator<int, int>
    {
        public override Task<int> RunAsync(TaskOrchestrationContext context, int input) => context.CallActivityAsync<int>("Double", input);
    }
}
