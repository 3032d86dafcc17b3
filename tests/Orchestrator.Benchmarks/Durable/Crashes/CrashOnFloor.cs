using Orchestrator.Testing.Processes;

namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>A round by hand: the one process is killed after a third of the steps.</summary>
internal static class CrashOnFloor
{
    /// <param name="folder">Empty; the agents' files and the log of what was really done go there.</param>
    public static async Task<CrashRound> RunAsync(CrashSettings settings, string folder, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        await using ChildProcess doomed = await FloorProcess.StartAsync(settings, folder, cancellationToken);
        await Progress.UntilAsync(folder, settings.Steps / 3, cancellationToken);
        await doomed.KillAsync();
        DateTimeOffset restartedAt = TimeProvider.System.GetUtcNow();
        await using ChildProcess process = await FloorProcess.StartAsync(settings, folder, cancellationToken);
        await process.HearAsync(cancellationToken);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        IReadOnlyList<DoneStep> steps = StepLog.Read(folder);
        return new CrashRound(
            settings.Agents,
            Progress.ToolsLost(steps, [.. Enumerable.Range(0, settings.Agents)], settings.Iterations),
            seconds,
            CrashTrace.Of(steps, restartedAt, nextKillAt: null, restartedAt, step => step.Process == process.Id),
            Hub: null);
    }
}
