using System.Text.Json;

namespace Orchestrator.Benchmarks.Product;

/// <summary>A round on the whole product: its worker is killed after a third of the commands, its hub after two thirds.</summary>
internal sealed class CrashedProduct(ProductCrashSettings settings, ProductFolder folder)
{
    private const int SubmittedTogether = 2;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    // Longer without any progress than any lease, retry and restart takes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public async Task<ProductCrashRound> RunAsync(CancellationToken cancellationToken)
    {
        await folder.PrepareAsync(settings.Iterations, cancellationToken);
        await using CountingModel model = await CountingModel.StartAsync(folder.Script, cancellationToken);
        await SubmitAsync(model, cancellationToken);
        int commands = settings.Agents * settings.Iterations;

        long start = TimeProvider.System.GetTimestamp();
        (OrchestratorProcess hub, string said) = await ServeHubAsync(model, "127.0.0.1:0", cancellationToken);
        await using OrchestratorProcess doomedHub = hub;
        var address = new Uri(said[said.IndexOf("http", StringComparison.Ordinal)..]);
        await using OrchestratorProcess doomedWorker = await ServeWorkerAsync(model, address, cancellationToken);

        await UntilAsync(() => Appended() >= commands / 3, cancellationToken);
        await doomedWorker.KillAsync();
        DateTimeOffset workerRestartedAt = TimeProvider.System.GetUtcNow();
        await using OrchestratorProcess worker = await ServeWorkerAsync(model, address, cancellationToken);

        await UntilAsync(() => Appended() >= 2 * commands / 3, cancellationToken);
        await doomedHub.KillAsync();
        DateTimeOffset hubRestartedAt = TimeProvider.System.GetUtcNow();
        (OrchestratorProcess restarted, _) = await ServeHubAsync(model, address.Authority, cancellationToken);
        DateTimeOffset hubReadyAt = TimeProvider.System.GetUtcNow();
        await using OrchestratorProcess secondHub = restarted;

        await UntilAsync(() => folder.Reports() == settings.Agents, cancellationToken);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        IReadOnlyList<string> accepted = await AcceptedAsync(model, cancellationToken);
        return Judge(model.Requests, accepted, seconds) with
        {
            WorkerFirstStepMs = FirstAfter(model.Requests, workerRestartedAt, workerRestartedAt),
            HubFirstStepMs = FirstAfter(model.Requests, hubReadyAt, hubRestartedAt),
        };
    }

    private static double? FirstAfter(IReadOnlyList<ModelRequest> requests, DateTimeOffset moment, DateTimeOffset restartedAt) =>
        requests.FirstOrDefault(request => request.At > moment) is { } first ? (first.At - restartedAt).TotalMilliseconds : null;

    private ProductCrashRound Judge(IReadOnlyList<ModelRequest> requests, IReadOnlyList<string> accepted, double seconds)
    {
        IReadOnlyDictionary<string, IReadOnlyList<int>> appended = folder.Appended();
        int interrupted = requests.GroupBy(request => request.Run).Sum(run => run.Max(request => request.Interrupted));
        int missing = accepted.Sum(run => settings.Iterations - appended[run].Distinct().Count());
        return new ProductCrashRound(
            accepted.Count,
            appended.Values.Sum(run => run.Count - run.Distinct().Count()),
            Math.Max(0, missing - interrupted),
            interrupted,
            requests.Count - requests.Select(request => (request.Run, request.Items)).Distinct().Count(),
            WorkerFirstStepMs: null,
            HubFirstStepMs: null,
            seconds);
    }

    private int Appended() => folder.Appended().Values.Sum(run => run.Count);

    private Task SubmitAsync(CountingModel model, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, settings.Agents),
        new ParallelOptions { MaxDegreeOfParallelism = SubmittedTogether, CancellationToken = cancellationToken },
        async (_, token) => await OrchestratorProcess.RunAsync(["submit", folder.Task, "--data", folder.Data], model.BaseUrl, token));

    private Task<(OrchestratorProcess Process, string Line)> ServeHubAsync(
        CountingModel model, string listen, CancellationToken cancellationToken) =>
        OrchestratorProcess.ServeAsync(["hub", "--listen", listen, "--data", folder.Data], "listening on", model.BaseUrl, cancellationToken);

    private async Task<OrchestratorProcess> ServeWorkerAsync(CountingModel model, Uri hub, CancellationToken cancellationToken)
    {
        (OrchestratorProcess worker, _) = await OrchestratorProcess.ServeAsync(
            ["worker", "--hub", $"{hub}", "--data", folder.Data], "working for", model.BaseUrl, cancellationToken);
        return worker;
    }

    private async Task<IReadOnlyList<string>> AcceptedAsync(CountingModel model, CancellationToken cancellationToken)
    {
        string list = await OrchestratorProcess.RunAsync(["list", "--json", "--data", folder.Data], model.BaseUrl, cancellationToken);
        using JsonDocument runs = JsonDocument.Parse(list.TrimEnd().Split('\n')[^1]);
        return
        [
            .. runs.RootElement.GetProperty("runs").EnumerateArray()
                .Where(run => run.GetProperty("status").GetString() == "accepted")
                .Select(run => run.GetProperty("runId").GetString()!),
        ];
    }

    private async Task UntilAsync(Func<bool> isReached, CancellationToken cancellationToken)
    {
        (int, int) before = (0, 0);
        long movedAt = TimeProvider.System.GetTimestamp();
        while (!isReached())
        {
            (int, int) now = (Appended(), folder.Reports());
            if (now != before)
            {
                (before, movedAt) = (now, TimeProvider.System.GetTimestamp());
            }

            if (TimeProvider.System.GetElapsedTime(movedAt) > Patience)
            {
                throw new IOException($"Nothing has moved for {Patience}: {now.Item1} commands executed, {now.Item2} runs reported.");
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }
}
