using System.Text.Json;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Product;

/// <summary>One run after another on the embedded hub, with a script for a model that answers at once.</summary>
internal sealed class ProductTurns(int turns, WorkFolder folder)
{
    public async Task<ProductTurnRound> RunAsync(string round, CancellationToken cancellationToken)
    {
        var product = new ProductFolder(folder.Subfolder(round));
        await product.PrepareAsync(turns, cancellationToken);

        // The same without turns, for what a run costs beside them.
        var idle = new ProductFolder(folder.Subfolder($"{round}-idle"));
        await idle.PrepareAsync(1, cancellationToken);
        double start = MachineTime.BusySeconds();
        await OrchestratorProcess.RunAsync(Arguments(idle), modelUrl: "", cancellationToken);
        double between = MachineTime.BusySeconds();
        await OrchestratorProcess.RunAsync(Arguments(product), modelUrl: "", cancellationToken);
        double cpu = MachineTime.BusySeconds() - between - (between - start);
        TurnTimes times = await TimesAsync(product, cancellationToken);
        return times.Round(Math.Max(0, cpu), turns - 1);
    }

    // In a run of its own: a trace slows what it traces.
    public async Task<FsyncsPerTurn> CountFsyncsAsync(CancellationToken cancellationToken)
    {
        var product = new ProductFolder(folder.Subfolder("traced"));
        await product.PrepareAsync(turns, cancellationToken);
        FsyncTrace trace = await FsyncTrace.RunAsync("orchestrator", Arguments(product), Path.Combine(folder.Subfolder("trace"), "calls"), cancellationToken);
        TurnTimes times = await TimesAsync(product, cancellationToken);
        return FsyncsPerTurn.Of(trace.FilesBetween(Seconds(times.From), Seconds(times.To)), times.Count);
    }

    private static string[] Arguments(ProductFolder product) =>
        ["run", product.Task, "--data", product.Data, "--model", $"scripted:{product.Script}", "--yes", "--json"];

    private static async Task<TurnTimes> TimesAsync(ProductFolder product, CancellationToken cancellationToken)
    {
        string list = await OrchestratorProcess.RunAsync(["list", "--json", "--data", product.Data], modelUrl: "", cancellationToken);
        using JsonDocument runs = JsonDocument.Parse(list.TrimEnd().Split('\n')[^1]);
        string run = runs.RootElement.GetProperty("runs")[0].GetProperty("runId").GetString()!;
        string shown = await OrchestratorProcess.RunAsync(["show", run, "--json", "--data", product.Data], modelUrl: "", cancellationToken);
        return TurnTimes.Read(shown.TrimEnd().Split('\n')[^1]);
    }

    private static double Seconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalSeconds;
}
