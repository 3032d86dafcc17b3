namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>What became of the agents of a round.</summary>
/// <param name="RunsFinished">How many ended with all their iterations.</param>
/// <param name="ToolsLost">Tool calls of finished agents that were never executed.</param>
/// <param name="Seconds">From the first agent's start to the last one's end.</param>
/// <param name="Worker">What the kill of the worker did.</param>
/// <param name="Hub">What the kill of the hub did; null on the floor, which has none.</param>
internal sealed record CrashRound(int RunsFinished, int ToolsLost, double Seconds, CrashTrace Worker, CrashTrace? Hub);

/// <summary>What a kill did.</summary>
/// <param name="ToolsTwice">Executions of tool calls that had been executed before.</param>
/// <param name="ModelTurnsTwice">The same of model turns.</param>
/// <param name="FirstStepMs">From the restart to the first new step; null if all had been done.</param>
internal sealed record CrashTrace(int ToolsTwice, int ModelTurnsTwice, double? FirstStepMs)
{
    /// <param name="killedAt">When it happened.</param>
    /// <param name="nextKillAt">When something else was killed; null if nothing was.</param>
    /// <param name="restartedAt">When the new process was started.</param>
    /// <param name="isNew">A step that only the new process can have brought about.</param>
    public static CrashTrace Of(
        IReadOnlyList<DoneStep> steps,
        DateTimeOffset killedAt,
        DateTimeOffset? nextKillAt,
        DateTimeOffset restartedAt,
        Func<DoneStep, bool> isNew)
    {
        DoneStep[] twice =
        [
            .. steps.GroupBy(step => (step.Kind, step.Agent, step.Iteration))
                .SelectMany(same => same.Skip(1))
                .Where(step => step.At >= killedAt && !(step.At >= nextKillAt)),
        ];
        return new CrashTrace(
            twice.Count(step => step.Kind == StepKind.ToolCall),
            twice.Count(step => step.Kind == StepKind.ModelTurn),
            steps.FirstOrDefault(isNew) is { } first ? (first.At - restartedAt).TotalMilliseconds : null);
    }
}
