using Orchestrator.Reliability.Tests.Failpoints;
using Orchestrator.Reliability.Tests.Processes;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Orchestrator.Reliability.Tests;

/// <summary>
/// The processes that the tests kill: <c>hub</c> and <c>worker</c>, with their settings as JSON; they end when their input does. And
/// <c>failpoint NAME:n</c>, which repeats one round of the failpoint test.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["failpoint", var round])
        {
            IReadOnlyList<string> violations = await FailpointRound.Parse(round).RunAsync();
            Console.WriteLine(string.Join('\n', [.. violations, $"{violations.Count} violations"]));
            return violations.Count == 0 ? 0 : 1;
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
}
