namespace Orchestrator.TaskHub.Tests.Workers;

/// <summary>Waits that end: a test that would hang fails instead.</summary>
internal static class Bounded
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    /// <summary>Asks again and again until the answer satisfies.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isSatisfied)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            T answer = await ask();
            if (isSatisfied(answer))
            {
                return answer;
            }

            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
