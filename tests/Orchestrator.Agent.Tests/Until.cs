namespace Orchestrator.Agent.Tests;

/// <summary>Waits for what happens elsewhere, with a bound.</summary>
internal static class Until
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static async Task<T> SetAsync<T>(Func<Task<T?>> find, string expectation, TimeSpan? bound = null)
        where T : class
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(begun) < (bound ?? Bound), $"Waited in vain for {expectation}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    public static Task TrueAsync(Func<Task<bool>> condition, string expectation, TimeSpan? bound = null) =>
        SetAsync(async () => await condition() ? string.Empty : null, expectation, bound);

    public static Task TrueAsync(Func<bool> condition, string expectation) =>
        SetAsync(() => Task.FromResult(condition() ? string.Empty : null), expectation);
}
