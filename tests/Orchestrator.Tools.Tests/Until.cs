namespace Orchestrator.Tools.Tests;

/// <summary>Waits for what another process does, with a bound.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, string expectation)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), $"Waited in vain: {expectation}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>An argument for sleep by which a test finds its own processes, and no other run's.</summary>
    public static string Seconds(int seconds) => $"{seconds}.{Environment.ProcessId}";

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
