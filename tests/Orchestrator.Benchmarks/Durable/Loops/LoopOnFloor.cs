using System.Text;
using Orchestrator.Benchmarks.Durable.Agents;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>
/// The least that a durable loop can cost: each agent is a thread that appends each step to a JSON-lines file of its own and
/// has the disk confirm it before the next.
/// </summary>
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
        using var file = new FileStream(Path.Combine(folder, $"{agent}.jsonl"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        for (int iteration = 0; iteration < settings.Iterations; iteration++)
        {
            var step = new AgentStep(agent, iteration, settings.ToolBytes);
            clock.Begin(step);
            Append(file, "AskModel", step, StepTexts.Answer(step));
            Append(file, "RunTool", step, StepTexts.Output(step));
        }
    }

    private static void Append(FileStream file, string activity, AgentStep step, string result)
    {
        string line = $$"""{"activity":"{{activity}}","iteration":{{step.Iteration}},"result":"{{result.Replace("\"", "\\\"", StringComparison.Ordinal)}}"}""";
        file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush(flushToDisk: true);
    }
}
