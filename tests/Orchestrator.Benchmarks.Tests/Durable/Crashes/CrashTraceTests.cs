using Orchestrator.Benchmarks.Durable.Crashes;

namespace Orchestrator.Benchmarks.Tests.Durable.Crashes;

public sealed class CrashTraceTests
{
    private const int OldWorker = 1;
    private const int NewWorker = 2;

    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DoneStep[] Steps =
    [
        Done(StepKind.ModelTurn, iteration: 0, OldWorker, second: 0),
        Done(StepKind.ToolCall, iteration: 0, OldWorker, second: 1),
        Done(StepKind.ToolCall, iteration: 0, NewWorker, second: 4),
        Done(StepKind.ModelTurn, iteration: 2, NewWorker, second: 5),
        Done(StepKind.ModelTurn, iteration: 2, NewWorker, second: 8),
        Done(StepKind.ToolCall, iteration: 2, NewWorker, second: 9),
    ];

    [Fact]
    public void RepetitionsBetweenTwoKills_AreTheFirstOnes() =>
        Assert.Equal(
            new CrashTrace(ToolsTwice: 1, ModelTurnsTwice: 0, FirstStepMs: 1500),
            CrashTrace.Of(Steps, At(2), At(6), At(2.5), step => step.Process == NewWorker));

    [Fact]
    public void RepetitionsAfterTheLastKill_AreTheLastOnes() =>
        Assert.Equal(
            new CrashTrace(ToolsTwice: 0, ModelTurnsTwice: 1, FirstStepMs: 1000),
            CrashTrace.Of(Steps, At(6), null, At(7), step => step.At > At(7)));

    [Fact]
    public void NothingWasLeftToDo_ThereIsNoFirstStep() =>
        Assert.Equal(new CrashTrace(0, 0, null), CrashTrace.Of(Steps, At(10), null, At(10), step => step.At > At(10)));

    [Fact]
    public void IterationWithoutATool_IsLost() => Assert.Equal(1, Progress.ToolsLost(Steps, [0], iterations: 3));

    private static DoneStep Done(StepKind kind, int iteration, int process, int second) => new(kind, 0, iteration, process, At(second));

    private static DateTimeOffset At(double second) => Start.AddSeconds(second);
}
