using System.CommandLine;
using Orchestrator.Benchmarks.Durable.Hubs;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>The commands that run agents in a loop; they differ in how many, how long and how much.</summary>
internal static class LoopCommand
{
    public static Command Create(string name, string description, int agents, int iterations, int toolBytes)
    {
        var agentsOption = RunOptions.Number("--agents", "How many agents run at once.", agents);
        var iterationsOption = RunOptions.Number("--iterations", "How many iterations each agent takes, at least two.", iterations, least: 2);
        var generation = RunOptions.Number("--generation", "After how many iterations an agent continues as new.", 20);
        var toolBytesOption = RunOptions.Number("--tool-bytes", "The length of each tool's output.", toolBytes, least: 0);
        var hub = MeasuredHub.Option();
        var warmUp = RunOptions.Number("--warm-up", "How many iterations go before, unmeasured, so that code is compiled.", 2000, least: 0);
        var countFsyncs = new Option<bool>("--count-fsyncs") { Description = "Count fsyncs too, in one more round under strace." };
        var run = new RunOptions();
        var command = new Command(name, description) { agentsOption, iterationsOption, generation, toolBytesOption, hub, warmUp, countFsyncs };
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
            var workload = new LoopWorkload(name, settings, parsed.GetValue(warmUp), folder);
            LoopReport report = await workload.RunAsync(parsed.GetValue(run.Rounds), parsed.GetValue(countFsyncs), cancellationToken);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.LoopReport, parsed.GetValue(run.Json), cancellationToken);
            LoopText.Print(report);
        });
        return command;
    }

    /// <summary>What <see cref="Create"/>'s command of that name is told to have these settings.</summary>
    public static IEnumerable<string> Arguments(string name, LoopSettings settings) =>
    [
        "durable", name,
        "--agents", $"{settings.Agents}",
        "--iterations", $"{settings.Iterations}",
        "--generation", $"{settings.Generation}",
        "--tool-bytes", $"{settings.ToolBytes}",
        "--hub", $"{settings.Hub}",
    ];
}
