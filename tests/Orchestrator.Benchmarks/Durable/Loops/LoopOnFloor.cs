using Orchestrator.Benchmarks.Durable.Agents;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>The least that a durable loop can cost: each agent is a thread that appends its steps to a file of its own.</summary>
internal static class LoopOnFloor
{
    /// <param name="folder">Empty; the files go there.</param>
    public static async Task<LoopRound> RunAsync(LoopSettings settings, string folder)
    {
        var clock = new IterationClock(settings.Agents, settings.Iterations);
        Usage usage = await Usage.OfAsync(
            [Environment.ProcessId],
            () => Task.WhenAll(Enumerable.Range(0, settings.Agents).Select(agent => Task.Factory.StartNew(
                () => RunAgent(settings, agent, clock, folder),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))));
        return LoopRound.Of(settings, usage, clock, folder);
    }

    private static void RunAgent(LoopSettings settings, int agent, IterationClock clock, string folder)
    {
        using var file = new StepFile(Path.Combine(folder, $"{agent}.jsonl"));
        for (int iteration = 0; iteration < settings.Iterations; iteration++)
        {
            var step = new AgentStep(agent, iteration, settings.ToolBytes);
            clock.Begin(step);
            file.Append("AskModel", step, StepTexts.Answer(step));
            file.Append("RunTool", step, StepTexts.Output(step));
        }
    }
}
