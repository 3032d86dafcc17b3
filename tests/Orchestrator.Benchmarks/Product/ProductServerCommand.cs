using System.CommandLine;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary><c>product server</c>: how soon the server answers people and programs beside runs.</summary>
internal static class ProductServerCommand
{
    private const string Name = "server";

    public static Command Create()
    {
        var runs = RunOptions.Number("--runs", "How many runs are under way beside the requests.", 50);
        var think = RunOptions.Number("--think", "Seconds that their model takes for an answer.", 5);
        var rate = RunOptions.Number("--rate", "Requests a second.", 200);
        var seconds = RunOptions.Number("--seconds", "For how long.", 180);
        var run = new RunOptions(rounds: 1);
        var command = new Command(Name, "Pages, lists and messages at a fixed rate, beside runs on the same server.") { runs, think, rate, seconds };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            Machine machine = Machine.Here(folder.FileSystem);
            var load = new ServerLoad(parsed.GetValue(runs), parsed.GetValue(think), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            var rounds = new List<ProductServerRound>();
            for (int round = 1; round <= parsed.GetValue(run.Rounds); round++)
            {
                rounds.Add(await load.RunAsync(new ProductFolder(folder.Subfolder($"{round}")), cancellationToken));
            }

            var report = new ProductServerReport(
                $"product {Name}", machine, parsed.GetValue(runs), parsed.GetValue(think), parsed.GetValue(rate), parsed.GetValue(seconds), rounds);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.ProductServerReport, parsed.GetValue(run.Json), cancellationToken);
            Print(report);
        });
        return command;
    }

    private static void Print(ProductServerReport report)
    {
        Console.WriteLine($"{report.Workload} on {report.Machine}: {report.Rate} requests/s for {report.Seconds} s beside {report.Runs} runs");
        foreach (ProductServerRound round in report.Rounds)
        {
            Console.WriteLine(
                $"ms an answer: {round.LatencyMs.InWords()}; {round.Refused} refused, {round.Turns} turns meanwhile, CPU {round.CpuShare:P0} of a core, at most "
                + $"{Units.Mebibytes(round.PeakResidentBytes):F0} MiB");
            foreach (RequestKind kind in round.Kinds)
            {
                Console.WriteLine($"  {kind.Name}: {kind.LatencyMs.InWords()}");
            }
        }
    }
}
