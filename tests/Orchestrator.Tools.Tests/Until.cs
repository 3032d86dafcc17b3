using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Orchestrator.Tools.Tests;

/// <summary>Waits for what another process does, with a bound.</summary>
internal static class Until
{
    private static readonly ConcurrentDictionary<(string File, string Test), int> Tests = [];
    private static int _tests;

    public static async Task TrueAsync(Func<bool> condition, string expectation)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), $"Waited in vain: {expectation}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>An argument for sleep, the same throughout a test, by which it finds its own processes: no other test's, no other run's.</summary>
    public static string OwnSeconds([CallerFilePath] string file = "", [CallerMemberName] string test = "") =>
        $"{4711 + Tests.GetOrAdd((file, test), _ => Interlocked.Increment(ref _tests))}.{Environment.ProcessId:0000000}";

    /// <summary>Processes of this machine whose command line holds the text.</summary>
    public static IReadOnlyList<int> ProcessesWith(string text) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out int id) ? id : 0)
            .Where(id => id != 0 && id != Environment.ProcessId && CommandLine(id).Contains(text, StringComparison.Ordinal)),
    ];

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
