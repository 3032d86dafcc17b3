using System.Text.Json;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable.Loops;

/// <summary>Agents in a loop: rounds on the hub, each with one on the floor right after it.</summary>
/// <param name="warmUp">How many iterations go before, unmeasured.</param>
internal sealed class LoopWorkload(string name, LoopSettings settings, int warmUp, WorkFolder folder)
{
    public async Task<LoopReport> RunAsync(int rounds, bool countFsyncs, CancellationToken cancellationToken)
    {
        Machine machine = Machine.Here(folder.FileSystem);
        await RunPairAsync(settings.WarmUp(warmUp), "warm-up", cancellationToken);
        var pairs = new List<LoopPair>();
        for (int round = 1; round <= rounds; round++)
        {
            pairs.Add(await RunPairAsync(settings, $"{round}", cancellationToken));
        }

        FsyncsPerIteration? fsyncs = countFsyncs ? await CountFsyncsAsync(cancellationToken) : null;
        return new LoopReport(name, machine, settings, pairs, LoopSummary.Of(pairs), fsyncs);
    }

    private async Task<LoopPair> RunPairAsync(LoopSettings of, string round, CancellationToken cancellationToken) =>
        new(
            await LoopOnHub.RunAsync(of, folder.Subfolder($"{round}-hub"), cancellationToken),
            await LoopOnFloor.RunAsync(of, folder.Subfolder($"{round}-floor")));

    // In a run of its own: a trace slows what it traces.
    private async Task<FsyncsPerIteration> CountFsyncsAsync(CancellationToken cancellationToken)
    {
        string traced = folder.Subfolder("traced");
        string json = Path.Combine(traced, "report.json");
        IEnumerable<string> arguments =
            [.. LoopCommand.Arguments(name, settings), "--rounds", "1", "--warm-up", $"{warmUp}", "--json", json, "--folder", traced];
        FsyncTrace trace = await FsyncTrace.RunAsync(Workloads.Executable, arguments, Path.Combine(traced, "trace"), cancellationToken);
        LoopReport report = JsonSerializer.Deserialize(await File.ReadAllTextAsync(json, cancellationToken), BenchmarkJson.Default.LoopReport)!;
        double iterations = settings.Agents * settings.Iterations;
        return new FsyncsPerIteration(
            trace.During(report.Rounds[0].Hub.Usage) / iterations, trace.During(report.Rounds[0].Floor.Usage) / iterations);
    }
}
