using System.CommandLine;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary><c>product webhooks</c>: how many deliveries of a ticket system a server takes up, and how soon each is stored and answered.</summary>
internal static class ProductWebhooksCommand
{
    private const string Name = "webhooks";

    public static Command Create()
    {
        var rate = RunOptions.Number("--rate", "Deliveries a second.", 500);
        var seconds = RunOptions.Number("--seconds", "For how long.", 60);
        var run = new RunOptions(rounds: 1);
        var command = new Command(Name, "Signed deliveries at a fixed rate, new and repeated, while the first tickets are worked on.") { rate, seconds };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            Machine machine = Machine.Here(folder.FileSystem);
            var load = new WebhookLoad(parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            var rounds = new List<ProductWebhooksRound>();
            for (int round = 1; round <= parsed.GetValue(run.Rounds); round++)
            {
                rounds.Add(await load.RunAsync(new ProductFolder(folder.Subfolder($"{round}")), cancellationToken));
            }

            var report = new ProductWebhooksReport($"product {Name}", machine, parsed.GetValue(rate), parsed.GetValue(seconds), rounds);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.ProductWebhooksReport, parsed.GetValue(run.Json), cancellationToken);
            Print(report);
        });
        return command;
    }

    private static void Print(ProductWebhooksReport report)
    {
        Console.WriteLine($"{report.Workload} on {report.Machine}: {report.Rate} deliveries/s for {report.Seconds} s");
        foreach (ProductWebhooksRound round in report.Rounds)
        {
            Spread ms = round.LatencyMs;
            Console.WriteLine(
                $"ms an answer: median {ms.Median:F1} p95 {ms.P95:F1} p99 {ms.P99:F1} max {ms.Max:F0}; {round.New} new ones, {round.Refused} refused, {round.Runs} runs begun, "
                + $"CPU {round.CpuShare:P0} of a core, at most {Units.Mebibytes(round.PeakResidentBytes):F0} MiB");
        }
    }
}
