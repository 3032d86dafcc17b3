using System.CommandLine;
using System.Text.Json;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable;

/// <summary>A workload of agents in a loop: rounds on the hub, each with one on the floor beside it.</summary>
internal static class LoopCommand
{
    public static Command Create(string name, string description, int agents, int iterations, int toolBytes)
    {
        var agentsOption = Number("--agents", "How many agents run at once.", agents);
        var iterationsOption = Number("--iterations", "How many iterations each agent takes.", iterations);
        var generation = Number("--generation", "After how many iterations an agent continues as new.", 20);
        var toolBytesOption = Number("--tool-bytes", "The length of each tool's output.", toolBytes);
        var hub = new Option<HubPlace>("--hub") { Description = "In this process, or in one of its own over gRPC.", HelpName = "embedded|process" };
        var run = new RunOptions();
        var command = new Command(name, description) { agentsOption, iterationsOption, generation, toolBytesOption, hub };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = new LoopSettings(
                parsed.GetValue(agentsOption),
                parsed.GetValue(iterationsOption),
                parsed.GetValue(generation),
                parsed.GetValue(toolBytesOption),
                parsed.GetValue(hub));
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            IReadOnlyList<LoopPair> rounds = await RunAsync(settings, parsed.GetValue(run.WarmUp), parsed.GetValue(run.Rounds), folder, cancellationToken);
            var report = new LoopReport(name, Machine.Here(folder.FileSystem), settings, rounds, LoopSummary.Of(rounds), Fsyncs: null);
            foreach (string line in LoopText.Lines(report))
            {
                Console.WriteLine(line);
            }

            if (parsed.GetValue(run.Json) is { } file)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, BenchmarkJson.Default.LoopReport), cancellationToken);
            }
        });
        return command;
    }

    private static async Task<IReadOnlyList<LoopPair>> RunAsync(
        LoopSettings settings, int warmUp, int count, WorkFolder folder, CancellationToken cancellationToken)
    {
        await RunPairAsync(settings.WarmUp(warmUp), folder, "warm-up", cancellationToken);
        var rounds = new List<LoopPair>();
        for (int round = 1; round <= count; round++)
        {
            rounds.Add(await RunPairAsync(settings, folder, $"{round}", cancellationToken));
        }

        return rounds;
    }

    private static async Task<LoopPair> RunPairAsync(LoopSettings settings, WorkFolder folder, string name, CancellationToken cancellationToken) =>
        new(
            await LoopOnHub.RunAsync(settings, folder.Subfolder($"{name}-hub"), cancellationToken),
            await LoopOnFloor.RunAsync(settings, folder.Subfolder($"{name}-floor")));

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
