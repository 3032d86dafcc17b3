using Orchestrator.Files;
using Orchestrator.Reliability.Tests.Crashes;
using Orchestrator.Reliability.Tests.Disks;
using Orchestrator.Reliability.Tests.Failpoints;
using Orchestrator.Reliability.Tests.Processes;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Orchestrator.Reliability.Tests;

/// <summary>
/// The processes that the tests kill: <c>hub</c> and <c>worker</c>, with their settings as JSON; they end when their input does. <c>failpoint
/// NAME:n</c> and <c>crash SEED</c> repeat one round of a test. The verbs of the disk tests need a special environment.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["failpoint", var round]:
                return Report(await FailpointRound.Parse(round).RunAsync());
            case ["crash", var seed]:
                return Report((await CrashTests.RunAsync(int.Parse(seed))).Violations);
            case [DiskFaults.Verb, var folder, var most]:
                await DiskFaults.RunAsync(folder, int.Parse(most));
                return 0;
            case [DiskFaultTests.WriteFileVerb, var file]:
                DurableFile.Write(file, "content"u8);
                return 0;
            case [FullDisk.Verb, var folder, var cycles]:
                await FullDisk.RunAsync(folder, int.Parse(cycles));
                return 0;
        }

        await using IAsyncDisposable? running = arguments switch
        {
            [HubSettings.Verb, var settings] => await HubSettings.Read(settings).StartAsync(),
            [WorkerSettings.Verb, var settings] => await WorkerSettings.Read(settings).StartAsync(),
            _ => null,
        };
        if (running is null)
        {
            return 2;
        }

        Console.WriteLine();
        while (await Console.In.ReadLineAsync() is not null)
        {
            GC.Collect();
            Console.WriteLine();
        }

        return 0;
    }

    private static int Report(IReadOnlyList<string> violations)
    {
        Console.WriteLine(string.Join('\n', [.. violations, $"{violations.Count} violations"]));
        return violations.Count == 0 ? 0 : 1;
    }
}
