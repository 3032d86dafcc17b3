using System.Text.Json;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Product;

/// <summary>Runs on a server, and callers who look at them and steer them.</summary>
internal sealed class ServerLoad(int runs, int thinkSeconds, int rate, TimeSpan duration)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public async Task<ProductServerRound> RunAsync(ProductFolder folder, CancellationToken cancellationToken)
    {
        // Twice as long as is measured, so that no run ends meanwhile.
        int turns = (int)Math.Ceiling(2 * (duration.TotalSeconds + Patience.TotalSeconds) / thinkSeconds);
        await folder.PrepareAsync(turns, thinkSeconds, cancellationToken);
        (OrchestratorProcess process, string said) = await OrchestratorProcess.ServeAsync(
            ["serve", "--data", folder.Data, "--urls", "http://127.0.0.1:0"], "server listening on", modelUrl: "", cancellationToken);
        await using OrchestratorProcess server = process;
        using HttpClient client = await folder.ClientAsync(said, cancellationToken);
        string task = (await File.ReadAllTextAsync(folder.Task, cancellationToken)).Replace("model: gpt-5.4", $"model: \"scripted:{folder.Script}\"", StringComparison.Ordinal);
        string[] submitted = await ServerCalls.SubmitAsync(client, task, folder.Task, runs, cancellationToken);
        await UntilAllTakeTurnsAsync(client, cancellationToken);

        int before = await TurnsAsync(client, cancellationToken);
        double cpu = server.Figures().CpuSeconds;
        FixedRate.Answers answers = await ServerCalls.AskAsync(client, submitted, rate, duration, cancellationToken);
        ProcessFigures figures = server.Figures();
        return new ProductServerRound(
            answers.LatencyMs,
            ServerCalls.KindsOf(answers),
            answers.Refused,
            await TurnsAsync(client, cancellationToken) - before,
            (figures.CpuSeconds - cpu) / duration.TotalSeconds,
            figures.PeakResidentBytes);
    }

    private async Task UntilAllTakeTurnsAsync(HttpClient client, CancellationToken cancellationToken)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while ((await ServerCalls.ListAsync(client, cancellationToken)).Count(run => TurnsOf(run) > 0) < runs)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new IOException($"Not all of {runs} runs have taken a turn within {Patience}.");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<int> TurnsAsync(HttpClient client, CancellationToken cancellationToken) =>
        (await ServerCalls.ListAsync(client, cancellationToken)).Sum(TurnsOf);

    private static int TurnsOf(JsonElement run) => run.GetProperty("turns").GetInt32();
}
