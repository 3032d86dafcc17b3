using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Durable.Parking;

/// <summary>What parked agents hold, and how soon they go on.</summary>
/// <param name="BaseBytes">Resident memory of all processes before the agents came.</param>
/// <param name="ParkedBytes">Resident memory while all of them wait.</param>
/// <param name="BytesPerAgent">What is resident beyond the base, for each.</param>
/// <param name="ManagedBytesPerAgent">The objects of this process beyond the base, for each.</param>
/// <param name="DiskBytes">The files while all of them wait, those of the warm-up included.</param>
/// <param name="OneByOneMs">From a decision to the tool's start, one agent after the other.</param>
/// <param name="AtOnceMs">The same for agents that are all decided on at once.</param>
/// <param name="FinishSeconds">From the first of these decisions until all of them have ended.</param>
internal sealed record ParkedRound(
    long BaseBytes,
    long ParkedBytes,
    double BytesPerAgent,
    double ManagedBytesPerAgent,
    long DiskBytes,
    Spread OneByOneMs,
    Spread AtOnceMs,
    double FinishSeconds)
{
    private const int ParkedTogether = 50;

    public static async Task<ParkedRound> MeasureAsync(
        ParkedAgents agents, ParkedSettings settings, string folder, CancellationToken cancellationToken)
    {
        await ParkAsync(agents, settings.Agents, settings.WarmUp, cancellationToken);
        await LetGoTogetherAsync(agents, settings.Agents, settings.WarmUp, cancellationToken);
        await agents.CollectAsync(cancellationToken);
        long baseBytes = ProcessFigures.Of(agents.Processes).ResidentBytes;
        long baseManaged = GC.GetTotalMemory(forceFullCollection: false);

        await ParkAsync(agents, 0, settings.Agents, cancellationToken);
        await agents.CollectAsync(cancellationToken);
        long parkedBytes = ProcessFigures.Of(agents.Processes).ResidentBytes;
        long parkedManaged = GC.GetTotalMemory(forceFullCollection: false);
        long diskBytes = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);

        var oneByOne = new List<double>();
        for (int agent = 0; agent < settings.OneByOne; agent++)
        {
            oneByOne.Add(await agents.LetGoAsync(agent, cancellationToken));
        }

        long start = TimeProvider.System.GetTimestamp();
        double[] atOnce = await LetGoTogetherAsync(agents, settings.OneByOne, settings.Agents - settings.OneByOne, cancellationToken);
        return new ParkedRound(
            baseBytes,
            parkedBytes,
            (double)(parkedBytes - baseBytes) / settings.Agents,
            (double)(parkedManaged - baseManaged) / settings.Agents,
            diskBytes,
            Spread.Of(oneByOne),
            Spread.Of(atOnce),
            TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }

    private static Task ParkAsync(ParkedAgents agents, int first, int count, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Enumerable.Range(first, count),
            new ParallelOptions { MaxDegreeOfParallelism = ParkedTogether, CancellationToken = cancellationToken },
            async (agent, token) => await agents.ParkAsync(agent, token));

    private static Task<double[]> LetGoTogetherAsync(ParkedAgents agents, int first, int count, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(first, count).Select(agent => Task.Run(
            async () =>
            {
                double milliseconds = await agents.LetGoAsync(agent, cancellationToken);
                await agents.WaitForEndAsync(agent, cancellationToken);
                return milliseconds;
            },
            cancellationToken)));
}
