namespace Microsoft.DurableTask.Replay;

/// <summary>The failure of an orchestrator that awaits what history cannot bring back.</summary>
internal static class ForeignWait
{
    public const string Explanation =
        "The orchestrator awaits something that is not durable (such as Task.Run, Task.Delay, I/O, or a task with "
        + "ConfigureAwait(false)), or was used outside its own thread. Await only tasks that the orchestration context made, "
        + "and move everything else to an activity.";

    public static InvalidOperationException Of(TaskName orchestrator) => new($"Orchestrator '{orchestrator}': {Explanation}");
}
