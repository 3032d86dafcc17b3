using System.CommandLine;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary><c>product crash</c>: kills of the product's own worker and hub while runs use tools in their sandbox.</summary>
internal static class ProductCrashCommand
{
    private const string Name = "crash";

    public static Command Create()
    {
        var agents = RunOptions.Number("--agents", "How many runs there are at once.", 50);
        var iterations = RunOptions.Number("--iterations", "How many commands each run executes, one a turn.", 40);
        var run = new RunOptions(rounds: 1);
        var command = new Command(Name, "kill -9 the worker, then the hub, while runs execute commands.") { agents, iterations };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = new ProductCrashSettings(parsed.GetValue(agents), parsed.GetValue(iterations));
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            Machine machine = Machine.Here(folder.FileSystem);
            var rounds = new List<ProductCrashRound>();
            for (int round = 1; round <= parsed.GetValue(run.Rounds); round++)
            {
                var product = new CrashedProduct(settings, new ProductFolder(folder.Subfolder($"{round}")));
                rounds.Add(await product.RunAsync(cancellationToken));
            }

            var report = new ProductCrashReport($"product {Name}", machine, settings, rounds);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.ProductCrashReport, parsed.GetValue(run.Json), cancellationToken);
            Print(report);
        });
        return command;
    }

    private static void Print(ProductCrashReport report)
    {
        Console.WriteLine($"{report.Workload} on {report.Machine}");
        Console.WriteLine($"{report.Settings.Agents} runs, {report.Settings.Iterations} commands each");
        foreach (ProductCrashRound round in report.Rounds)
        {
            Console.WriteLine(
                $"{round.RunsAccepted} accepted in {round.Seconds:F1} s; commands: {round.ToolsTwice} twice, {round.ToolsLost} lost, "
                + $"{round.ToolsInterrupted} interrupted; {round.TurnsAskedAgain} model turns asked again; first new step "
                + $"{After(round.WorkerFirstStepMs)} after the worker's restart, {After(round.HubFirstStepMs)} after the hub's");
        }
    }

    private static string After(double? milliseconds) => milliseconds is { } ms ? $"{ms:F0} ms" : "none";
}
