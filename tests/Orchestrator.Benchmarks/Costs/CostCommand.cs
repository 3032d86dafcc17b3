using System.CommandLine;
using Orchestrator.Agent.Models;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Costs;

/// <summary><c>cost</c>: what the input of a long run is billed.</summary>
internal static class CostCommand
{
    private const string Name = "cost";

    public static Command Create()
    {
        var turns = RunOptions.Number("--turns", "How many turns the run takes.", 300, least: 2);
        var compactAt = RunOptions.Number("--compact-at", "Tokens of the conversation above which it is compacted.", 200_000, least: 20_000);
        var json = RunOptions.JsonFile();
        var command = new Command(Name, "What the input of a long run is billed, beside simpler loops and the least that it could be.") { turns, compactAt, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var folder = WorkFolder.Create(parent: null);
            Machine machine = Machine.Here(folder.FileSystem);
            await using BillingEndpoint endpoint = await BillingEndpoint.StartAsync(cancellationToken);
            await using var run = new CostRun(endpoint, folder.Path);
            int compactions = await run.RunAsync(parsed.GetValue(turns), parsed.GetValue(compactAt), cancellationToken);
            ModelPrices prices = run.Prices;
            var bills = new Bills(endpoint.Requests, prices);
            var report = new CostReport(
                Name,
                machine,
                CostRun.Model,
                prices.AsOf,
                parsed.GetValue(turns),
                parsed.GetValue(compactAt),
                compactions,
                bills.Naive,
                bills.AppendOnly,
                bills.Ours,
                bills.Optimum,
                (double)(bills.Ours.InputUsd / bills.Optimum.InputUsd));
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.CostReport, parsed.GetValue(json), cancellationToken);
            Print(report);
        });
        return command;
    }

    private static void Print(CostReport report)
    {
        Console.WriteLine($"{report.Workload} of {report.Turns} turns with {report.Model}, prices of {report.PricesAsOf}; {report.Compactions} compactions at {report.CompactAt:N0} tokens");
        Print("naive loop", report.Naive);
        Print("append-only loop", report.AppendOnly);
        Print("ours", report.Ours);
        Print("optimum", report.Optimum);
        Console.WriteLine($"ours costs {report.ToOptimum:F3} times the optimum");
    }

    private static void Print(string name, Bill bill) =>
        Console.WriteLine($"{name}: {bill.Requests} requests, {bill.InputTokens:N0} tokens of input, {bill.CachedShare:P1} cached, ${bill.InputUsd:F2}");
}
