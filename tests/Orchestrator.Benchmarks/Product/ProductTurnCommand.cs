using System.CommandLine;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary><c>product turn</c>: what one turn of the product takes, the model's time aside.</summary>
internal static class ProductTurnCommand
{
    private const string Name = "turn";

    public static Command Create()
    {
        var turns = RunOptions.Number("--turns", "How many turns the run takes.", 100, least: 10);
        var countFsyncs = new Option<bool>("--count-fsyncs") { Description = "Count fsyncs in one more round, under strace." };
        var run = new RunOptions();
        var command = new Command(Name, "One run whose every turn is one command in the sandbox; the model answers at once.") { turns, countFsyncs };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            Machine machine = Machine.Here(folder.FileSystem);
            var product = new ProductTurns(parsed.GetValue(turns), folder);
            var rounds = new List<ProductTurnRound>();
            for (int round = 1; round <= parsed.GetValue(run.Rounds); round++)
            {
                rounds.Add(await product.RunAsync($"{round}", cancellationToken));
            }

            FsyncsPerTurn? fsyncs = parsed.GetValue(countFsyncs) ? await product.CountFsyncsAsync(cancellationToken) : null;
            var report = new ProductTurnReport($"product {Name}", machine, parsed.GetValue(turns), rounds, fsyncs);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.ProductTurnReport, parsed.GetValue(run.Json), cancellationToken);
            Print(report);
        });
        return command;
    }

    private static void Print(ProductTurnReport report)
    {
        Console.WriteLine($"{report.Workload} on {report.Machine}");
        foreach (ProductTurnRound round in report.Rounds)
        {
            Console.WriteLine(
                $"ms a turn: min {round.TurnMs.Min:F0} median {round.TurnMs.Median:F0} p95 {round.TurnMs.P95:F0}; to the start of the command "
                + $"{round.StartMs.Median:F0}, the command {round.CallMs.Median:F0}, to the next answer {round.AskMs.Median:F0}; CPU {round.CpuMs:F0}");
        }

        if (report.Fsyncs is { } fsyncs)
        {
            Console.WriteLine(
                $"fsyncs a turn: {fsyncs.All:F2} (hub {fsyncs.Hub:F2}, run database {fsyncs.Runs:F2}, effects {fsyncs.Effects:F2})");
        }
    }
}
