using System.Collections.Concurrent;
using System.Globalization;
using Orchestrator.Testing;
using Orchestrator.Testing.Processes;
using Xunit.Abstractions;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>R20: runs with commands come and go for a while, and every ten seconds a process of the product fails: each run ends once, and nothing grows or is left.</summary>
public sealed class ProductSoakTests(ITestOutputHelper output)
{
    private const string Script = """
        - text: I begin.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo one >> build/calls.log && sleep 1" } }]
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "echo two >> build/calls.log && sleep 1 && echo done > result.txt" } }]
        - text: It is done.
        """;

    private const string Hub = "hub";
    private const string Server = "server";
    private const string SteadyWorker = "steady worker";
    private const int RunsAtOnce = 3;
    private const long MostLogBytes = 64 * 1024 * 1024;
    private const double MostMegabytes = 400;
    private const double MostGrowth = 1;   // Megabytes a minute.

    // Pooled connections to clients and databases come and go.
    private const int FewDescriptors = 20;

    private static readonly string[] Lasting = [Hub, Server, SteadyWorker];
    private static readonly string[] DoomedWorkers = ["first worker", "second worker"];
    private static readonly TimeSpan BetweenFaults = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Halt = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Length = Environment.GetEnvironmentVariable("ORCHESTRATOR_SOAK_MINUTES") is { Length: > 0 } minutes
        ? TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture))
        : TimeSpan.FromSeconds(Rounds.Of(gate: 45, deep: 45 * 60));

    /// <summary>In less a heap that settles weighs more than one that grows.</summary>
    private static readonly bool MeasuresGrowth = Length >= TimeSpan.FromMinutes(20);

    /// <summary>From then on hub and server are left alone, so that there is a process whose growth can be seen.</summary>
    private static readonly TimeSpan OnlyWorkersFrom = MeasuresGrowth ? Length / 3 : TimeSpan.MaxValue;

    private readonly ConcurrentQueue<string> _runs = [];
    private int _faults;

    [Fact]
    public async Task PartsFailAllTheTime_EachRunEndsOnceAndNothingGrowsOrIsLeft()
    {
        int seed = Environment.GetEnvironmentVariable("ORCHESTRATOR_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        using ExampleFolder example = await SmallTask.CreateAsync(Script);
        using var parts = new ProductParts(example);
        string hub = await parts.AddHubAsync(Hub, "--data", example.Data, "--lease", "3", "--peer-silence", "3");
        await parts.AddServerAsync(Server, hub);
        foreach (string worker in (string[])[SteadyWorker, .. DoomedWorkers])
        {
            await parts.AddWorkerAsync(worker, hub);
        }

        var samples = new SoakSamples(parts, example.Data);
        await RunOnceAsync(parts, example, "warm");
        await IsQuietAsync(parts, example);
        var before = parts.Names.ToDictionary(part => part, samples.DescriptorsOf);

        await SoakAsync(parts, example, samples, new Random(seed));

        await IsQuietAsync(parts, example);
        await Eventually.IsTrueAsync(
            () => parts.Names.All(part => samples.DescriptorsOf(part) <= before[part] + FewDescriptors),
            () => $"few descriptors: {string.Join(", ", parts.Names.Select(part => $"{part} {before[part]} to {samples.DescriptorsOf(part)}"))}");
        IReadOnlyDictionary<string, double> growth = samples.GrowthSince(Length / 2);
        output.WriteLine(
            $"{_runs.Count} runs and {_faults} faults in {samples.Elapsed}; MB a minute in the second half: {Words(growth)}; at most {samples.MostMegabytes:F0} MB; "
            + $"descriptors {string.Join(", ", parts.Names.Select(part => $"{part} {before[part]} to {samples.DescriptorsOf(part)}"))}; logs {Words(samples.LargestLogs)}");
        Assert.All(samples.LargestLogs, log => Assert.InRange(log.Value, 1, MostLogBytes));
        Assert.InRange(samples.MostMegabytes, 1, MostMegabytes);
        Assert.True(_runs.Count >= Length.TotalSeconds / 10, $"Only {_runs.Count} runs.");
        Assert.True(_faults >= Length / BetweenFaults / 2, $"Only {_faults} faults.");
        Assert.True(!MeasuresGrowth || Lasting.All(part => growth.TryGetValue(part, out double slope) && slope <= MostGrowth), Words(growth));
        using OrchestratorProcess verified = await parts.VerbAsync("audit", "verify");
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    private static string Words<T>(IReadOnlyDictionary<string, T> figures) =>
        string.Join(", ", figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value:0.##}")));

    /// <summary>Runs, faults and samples beside each other, until the time is over and the last run has ended.</summary>
    private async Task SoakAsync(ProductParts parts, ExampleFolder example, SoakSamples samples, Random random)
    {
        using var over = new CancellationTokenSource(Length);
        using var ended = new CancellationTokenSource();
        Task sampling = EveryAsync(
            BetweenSamples,
            () =>
            {
                samples.Take();
                return Task.CompletedTask;
            },
            ended.Token);
        using IEnumerator<(string Words, Func<Task> Do)> faults = Faults(parts, samples, random).GetEnumerator();
        Task failing = EveryAsync(
            BetweenFaults,
            async () =>
            {
                faults.MoveNext();
                output.WriteLine($"{samples.Elapsed:mm\\:ss} {faults.Current.Words}");
                await faults.Current.Do();
                _faults++;
            },
            over.Token);
        try
        {
            await Task.WhenAll([failing, .. Enumerable.Range(0, RunsAtOnce).Select(place => SubmitAsync(parts, example, place, over))]);
        }
        finally
        {
            await over.CancelAsync();
            await ended.CancelAsync();
            await sampling;
        }
    }

    /// <summary>All kinds, shuffled, again and again.</summary>
    private static IEnumerable<(string Words, Func<Task> Do)> Faults(ProductParts parts, SoakSamples samples, Random random)
    {
        while (true)
        {
            string worker = DoomedWorkers[random.Next(DoomedWorkers.Length)];
            (string Words, Func<Task> Do)[] ofWorkers = [Kill(worker), ($"{worker} is halted", () => parts.HaltAsync(worker, Halt))];
            (string Words, Func<Task> Do)[] faults = samples.Elapsed > OnlyWorkersFrom ? ofWorkers : [.. ofWorkers, Kill(Hub), Kill(Server)];
            random.Shuffle(faults);
            foreach ((string Words, Func<Task> Do) fault in faults)
            {
                yield return fault;
            }
        }

        (string Words, Func<Task> Do) Kill(string part) => ($"{part} is killed", () => parts.KillAsync(part));
    }

    /// <summary>One run behind the other.</summary>
    private async Task SubmitAsync(ProductParts parts, ExampleFolder example, int place, CancellationTokenSource over)
    {
        try
        {
            for (int number = 0; !over.IsCancellationRequested; number++)
            {
                await RunOnceAsync(parts, example, $"{place}-{number}");
            }
        }
        catch
        {
            await over.CancelAsync();   // The others need not go on.
            throw;
        }
    }

    private async Task RunOnceAsync(ProductParts parts, ExampleFolder example, string key)
    {
        string run = await parts.SubmitAsync(key);
        long begun = TimeProvider.System.GetTimestamp();
        string state = await parts.StateAsync(run);
        while (state is "running" or "waiting")
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, $"{run} has not ended within {Patience}:{parts.Said()}");
            await Task.Delay(BetweenLooks, TimeProvider.System);   // Other processes: there is no clock of theirs to move.
            state = await parts.StateAsync(run);
        }

        Assert.True(state == "accepted", $"{run}: {state}{parts.Said()}");
        Assert.Equal(["one", "two"], example.ExecutedCalls(run));
        _runs.Enqueue(run);
    }

    /// <summary>Waits until nothing is there any more but the parts: no supervisor, no sandbox, no child.</summary>
    private static Task IsQuietAsync(ProductParts parts, ExampleFolder example) => Eventually.IsTrueAsync(
        () => RelatedProcesses.Of(example.Path, parts.Ids).Count == 0,
        () => $"end of:\n{string.Join('\n', RelatedProcesses.Of(example.Path, parts.Ids))}");

    private static async Task EveryAsync(TimeSpan interval, Func<Task> work, CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(interval, TimeProvider.System);
        try
        {
            while (await ticks.WaitForNextTickAsync(cancellationToken))
            {
                await work();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It was to go on until then.
        }
    }
}
