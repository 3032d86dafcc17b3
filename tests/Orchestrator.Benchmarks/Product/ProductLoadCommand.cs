using System.CommandLine;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Product;

/// <summary><c>product load</c>: how many turns a second one server takes, and how soon each, beside callers.</summary>
internal static class ProductLoadCommand
{
    private const string Name = "load";

    public static Command Create()
    {
        var runs = RunOptions.Number("--runs", "How many runs are under way at once.", 500);
        var pace = RunOptions.Number("--pace", "Answers of the model a second, in the paced phase.", 50);
        var rate = RunOptions.Number("--rate", "Requests to the server a second.", 200);
        var seconds = RunOptions.Number("--seconds", "For how long, each phase.", 180);
        var warmUp = RunOptions.Number("--warm-up", "Seconds before each phase that aren't measured.", 15);
        var countFsyncs = new Option<bool>("--count-fsyncs") { Description = "Count fsyncs for ten seconds more, under strace." };
        var run = new RunOptions(rounds: 1);
        var command = new Command(Name, "Many runs whose tools start no process, with a model at a pace and with one that answers at once.")
        {
            runs, pace, rate, seconds, warmUp, countFsyncs,
        };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            Machine machine = Machine.Here(folder.FileSystem);
            var settings = new ProductLoadSettings(
                parsed.GetValue(runs), parsed.GetValue(pace), parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(warmUp));
            var load = new ProductLoad(settings, parsed.GetValue(countFsyncs));
            var rounds = new List<ProductLoadRound>();
            for (int round = 1; round <= parsed.GetValue(run.Rounds); round++)
            {
                rounds.Add(await load.RunAsync(new ProductFolder(folder.Subfolder($"{round}")), cancellationToken));
            }

            var report = new ProductLoadReport($"product {Name}", machine, settings, rounds);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.ProductLoadReport, parsed.GetValue(run.Json), cancellationToken);
            Print(report);
        });
        return command;
    }

    private static void Print(ProductLoadReport report)
    {
        ProductLoadSettings settings = report.Settings;
        Console.WriteLine(
            $"{report.Workload} on {report.Machine}: {settings.Runs} runs, {settings.Rate} requests/s for {settings.Seconds} s each");
        foreach (ProductLoadRound round in report.Rounds)
        {
            Print($"at {settings.Pace} answers/s", round.Paced);
            Print("answers at once", round.Saturated);
            if (round.Fsyncs is { } fsyncs)
            {
                Console.WriteLine($"fsyncs a turn: {fsyncs.All:F2} (hub {fsyncs.Hub:F2}, run database {fsyncs.Runs:F2}, effects {fsyncs.Effects:F2})");
            }

            Console.WriteLine(
                $"{round.Accepted} of {settings.Runs} accepted, {round.AskedAgain} turns asked again; {round.SecondsToBegin:F0} s until all had begun, "
                + $"{round.SecondsToEnd:F0} s until all had ended");
        }
    }

    private static void Print(string phase, LoadPhase measured)
    {
        Console.WriteLine(
            $"{phase}: {measured.TurnsPerSecond:F1} turns/s, {measured.CpuMsPerTurn:F1} ms of CPU a turn, at most {Units.Mebibytes(measured.PeakResidentBytes):F0} MiB; "
            + $"{measured.Refused} refused");
        Console.WriteLine($"  ms a step: {measured.StepMs.InWords()}");
        Console.WriteLine($"  ms an answer of the server: {measured.LatencyMs.InWords()}");
        foreach (RequestKind kind in measured.Kinds)
        {
            Console.WriteLine($"    {kind.Name}: {kind.LatencyMs.InWords()}");
        }
    }
}
