namespace Microsoft.DurableTask.Worker;

/// <summary>
/// Finds the task that serves a name and a version: the very one; or the unversioned one, unless the name has versions. Then a
/// version that is missing stays missing, so that nobody gets another implementation than was asked for.
/// </summary>
internal sealed class TaskCatalogue(DurableTaskRegistry registry)
{
    private readonly HashSet<TaskName> _versionedOrchestrators = WithVersions(registry.Orchestrators.Keys);
    private readonly HashSet<TaskName> _versionedActivities = WithVersions(registry.Activities.Keys);

    public Func<ITaskOrchestrator>? FindOrchestrator(TaskKey key) => Find(registry.Orchestrators, _versionedOrchestrators, key);

    public Func<IServiceProvider, ITaskActivity>? FindActivity(TaskKey key) => Find(registry.Activities, _versionedActivities, key);

    private static TFactory? Find<TFactory>(IReadOnlyDictionary<TaskKey, TFactory> tasks, HashSet<TaskName> versioned, TaskKey key)
        where TFactory : class
    {
        if (tasks.TryGetValue(key, out TFactory? exact))
        {
            return exact;
        }

        return versioned.Contains(key.Name) ? null : tasks.GetValueOrDefault(key with { Version = TaskVersion.Unversioned });
    }

    private static HashSet<TaskName> WithVersions(IEnumerable<TaskKey> tasks) =>
        [.. tasks.Where(task => task.Version != TaskVersion.Unversioned).Select(task => task.Name)];
}
