namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>How far the agents of a round have come, by what was really done.</summary>
internal static class Progress
{
    /// <summary>How long a round may take before its unfinished agents count as such.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until that many steps have been done.</summary>
    /// <exception cref="IOException">The agents don't get so far.</exception>
    public static async Task UntilAsync(string folder, int steps, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (StepLog.Count(folder) < steps)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new IOException($"The agents have done {StepLog.Count(folder)} steps, not {steps}, in {Patience}.");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The tool calls of these agents that nobody executed.</summary>
    public static int ToolsLost(IReadOnlyList<DoneStep> steps, IReadOnlyList<int> agents, int iterations)
    {
        var executed = steps.Where(step => step.Kind == StepKind.ToolCall).Select(step => (step.Agent, step.Iteration)).ToHashSet();
        return agents.Sum(agent => Enumerable.Range(0, iterations).Count(iteration => !executed.Contains((agent, iteration))));
    }
}
