namespace Orchestrator.TaskHub.Tests.Workers;

/// <summary>Waits that end: a test that would hang fails instead.</summary>
internal static class Bounded
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task Soon(this Task task) => task.Soon(Limit);

    public static Task Soon(this Task task, TimeSpan limit) => task.WaitAsync(limit);
}
