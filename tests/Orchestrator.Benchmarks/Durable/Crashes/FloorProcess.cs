using System.CommandLine;
using Orchestrator.Benchmarks.Durable.Agents;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>
/// The same agents by hand, in a process of its own: each is a thread that does a step, then appends it to its file with fsync.
/// After a crash it goes on behind the last step in the file.
/// </summary>
internal static class FloorProcess
{
    private const string Verb = "floor";

    /// <summary>What the process runs: it says an empty line when it starts, and another when all steps are done.</summary>
    public static Command CreateVerb()
    {
        var agents = new Option<int>("--agents");
        var iterations = new Option<int>("--iterations");
        var folder = new Option<string>("--folder") { Required = true };
        var command = new Command(Verb) { agents, iterations, folder };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            string at = parsed.GetValue(folder)!;
            using var log = new StepLog(at);
            Console.WriteLine();
            await Task.WhenAll(Enumerable.Range(0, parsed.GetValue(agents)).Select(agent => Task.Factory.StartNew(
                () => RunAgent(agent, parsed.GetValue(iterations), at, log),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Console.WriteLine();
        });
        return command;
    }

    public static async Task<ChildProcess> StartAsync(CrashSettings settings, string folder, CancellationToken cancellationToken)
    {
        IEnumerable<string> arguments =
            [Verb, "--agents", $"{settings.Agents}", "--iterations", $"{settings.Iterations}", "--folder", folder];
        (ChildProcess process, _) = await ChildProcess.StartAsync(Workloads.Executable, arguments, cancellationToken);
        return process;
    }

    private static void RunAgent(int agent, int iterations, string folder, StepLog log)
    {
        string path = Path.Combine(folder, $"{agent}.jsonl");
        int done = File.Exists(path) ? File.ReadLines(path).Count() : 0;
        using var file = new StepFile(path);
        for (int number = done; number < 2 * iterations; number++)
        {
            var step = new AgentStep(agent, number / 2, ToolBytes: 100);
            StepKind kind = number % 2 == 0 ? StepKind.ModelTurn : StepKind.ToolCall;
            log.Append(kind, step);
            file.Append($"{kind}", step, kind == StepKind.ModelTurn ? StepTexts.Answer(step) : StepTexts.Output(step));
        }
    }
}
