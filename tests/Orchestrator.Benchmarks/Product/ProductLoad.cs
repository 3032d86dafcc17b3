using System.Text.Json;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Product;

/// <summary>Many runs at once on one server, whose tools start no process, and callers beside them.</summary>
internal sealed class ProductLoad(ProductLoadSettings settings, bool countsFsyncs)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TraceTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TryTime = TimeSpan.FromMilliseconds(500);

    // For runs to begin and to end: each start has a checkout, each end a sandbox.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public async Task<ProductLoadRound> RunAsync(ProductFolder folder, CancellationToken cancellationToken)
    {
        await folder.PrepareToTalkAsync(cancellationToken);
        await using PacedModel model = await PacedModel.StartAsync(cancellationToken);
        (OrchestratorProcess process, string said) = await OrchestratorProcess.ServeAsync(
            ["serve", "--data", folder.Data, "--urls", "http://127.0.0.1:0"], "server listening on", model.BaseUrl, cancellationToken);
        await using OrchestratorProcess server = process;
        using HttpClient client = await folder.ClientAsync(said, cancellationToken);
        if (countsFsyncs)
        {
            // Where it may not be traced, that is better known before than behind everything else.
            await FsyncTrace.AttachAsync(server.Id, TryTime, folder.Data + ".trace", cancellationToken);
        }

        long begun = TimeProvider.System.GetTimestamp();
        string task = await File.ReadAllTextAsync(folder.Task, cancellationToken);
        string[] runs = [];
        double toBegin = 0;

        // From the first one on: questions that are held would keep the worker from preparing further runs.
        LoadPhase paced = await AtPaceAsync(
            model,
            async () =>
            {
                runs = await ServerCalls.SubmitAsync(client, task, folder.Task, settings.Runs, cancellationToken);
                await BeginAsync(model, cancellationToken);
                toBegin = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
                return await MeasureAsync(model, server, client, runs, cancellationToken);
            },
            cancellationToken);
        model.Gate.Open();
        LoadPhase saturated = await MeasureAsync(model, server, client, runs, cancellationToken);
        FsyncsPerTurn? fsyncs = countsFsyncs ? await CountFsyncsAsync(model, server, folder, cancellationToken) : null;

        long doneAt = TimeProvider.System.GetTimestamp();
        model.BeDone();
        int accepted = await EndAsync(client, cancellationToken);
        return new ProductLoadRound(
            paced, saturated, fsyncs, accepted, model.AskedAgain, toBegin, TimeProvider.System.GetElapsedTime(doneAt).TotalSeconds);
    }

    /// <summary>Waits until each run has asked.</summary>
    private async Task BeginAsync(PacedModel model, CancellationToken cancellationToken)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (model.Runs < settings.Runs)
        {
            ThrowIfLate(begun, $"{model.Runs} of {settings.Runs} runs have asked the model");
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<LoadPhase> AtPaceAsync(PacedModel model, Func<Task<LoadPhase>> measure, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pace = model.Gate.PaceAsync(settings.Pace, over.Token);
        try
        {
            return await measure();
        }
        finally
        {
            await over.CancelAsync();
            await pace;
        }
    }

    private async Task<LoadPhase> MeasureAsync(PacedModel model, OrchestratorProcess server, HttpClient client, string[] runs, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(settings.WarmUp), TimeProvider.System, cancellationToken);
        (int answers, double cpu, long from) = (model.Answers, server.Figures().CpuSeconds, TimeProvider.System.GetTimestamp());
        FixedRate.Answers asked = await ServerCalls.AskAsync(client, runs, settings.Rate, TimeSpan.FromSeconds(settings.Seconds), cancellationToken);
        int turns = model.Answers - answers;
        ProcessFigures figures = server.Figures();
        return new LoadPhase(
            turns / TimeProvider.System.GetElapsedTime(from).TotalSeconds,
            Spread.Of(model.Steps.Where(step => step.AskedAt >= from).Select(step => step.Ms)),
            asked.LatencyMs,
            ServerCalls.KindsOf(asked),
            asked.Refused,
            (figures.CpuSeconds - cpu) * 1000 / turns,
            figures.PeakResidentBytes);
    }

    private static async Task<FsyncsPerTurn> CountFsyncsAsync(
        PacedModel model, OrchestratorProcess server, ProductFolder folder, CancellationToken cancellationToken)
    {
        int before = model.Answers;
        FsyncTrace trace = await FsyncTrace.AttachAsync(server.Id, TraceTime, folder.Data + ".trace", cancellationToken);
        return FsyncsPerTurn.Of(trace.Files, model.Answers - before);
    }

    /// <summary>Waits for the end of all runs.</summary>
    /// <returns>How many were accepted.</returns>
    private static async Task<int> EndAsync(HttpClient client, CancellationToken cancellationToken)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            IReadOnlyList<JsonElement> runs = await ServerCalls.ListAsync(client, cancellationToken);
            int atWork = runs.Count(run => run.GetProperty("status").GetString() is "running" or "waiting");
            if (atWork == 0)
            {
                return runs.Count(run => run.GetProperty("status").GetString() == "accepted");
            }

            ThrowIfLate(begun, $"{atWork} of {runs.Count} runs have not ended");
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }
    }

    private static void ThrowIfLate(long begun, string state)
    {
        if (TimeProvider.System.GetElapsedTime(begun) > Patience)
        {
            throw new IOException($"After {Patience} {state}.");
        }
    }
}
