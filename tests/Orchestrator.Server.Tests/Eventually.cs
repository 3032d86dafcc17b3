namespace Orchestrator.Server.Tests;

/// <summary>Waits for what the server brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, Func<string> wanted)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"Within {Patience} there was no {wanted()}");
            }

            await Task.Delay(Interval, TimeProvider.System, CancellationToken.None);
        }
    }
}
