using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker;

/// <summary>What the hub may send to a worker; without any filter it sends everything.</summary>
public class DurableTaskWorkerWorkItemFilters
{
    /// <summary>The orchestrators.</summary>
    public IReadOnlyList<OrchestrationFilter> Orchestrations { get; set; } = [];

    /// <summary>The activities.</summary>
    public IReadOnlyList<ActivityFilter> Activities { get; set; } = [];

    /// <summary>The filters for all that a registry holds.</summary>
    internal static DurableTaskWorkerWorkItemFilters Of(
        DurableTaskRegistry registry, DurableTaskWorkerOptions.VersioningOptions? versioning)
    {
        string? only = versioning?.MatchStrategy == DurableTaskWorkerOptions.VersionMatchStrategy.Strict ? versioning.Version : null;
        return new DurableTaskWorkerWorkItemFilters
        {
            Orchestrations =
                [.. ByName(registry.Orchestrators.Keys, only).Select(task => new OrchestrationFilter(task.Name, task.Versions))],
            Activities = [.. ByName(registry.Activities.Keys, only).Select(task => new ActivityFilter(task.Name, task.Versions))],
        };
    }

    internal void Take(DurableTaskWorkerWorkItemFilters other)
    {
        Orchestrations = other.Orchestrations;
        Activities = other.Activities;
    }

    /// <summary>The filters as the hub reads them; null for none.</summary>
    internal Wire.WorkItemFilters? ToWire() => Orchestrations.Count + Activities.Count == 0
        ? null
        : new Wire.WorkItemFilters
        {
            Orchestrations =
            {
                Orchestrations.Select(filter => new Wire.OrchestrationFilter { Name = filter.Name, Versions = { filter.Versions } }),
            },
            Activities =
            {
                Activities.Select(filter => new Wire.ActivityFilter { Name = filter.Name, Versions = { filter.Versions } }),
            },
        };

    private static IEnumerable<(string Name, List<string> Versions)> ByName(IEnumerable<TaskKey> tasks, string? only) =>
        from task in tasks
        group task.Version.Version by task.Name
        into versions
        let registered = versions.Order(StringComparer.OrdinalIgnoreCase).ToList()
        select (versions.Key.Name, only is null ? Served(registered) : [only]);

    // A task that is registered without any version serves every version of its name, and no version in a filter says so.
    private static List<string> Served(List<string> registered) => registered is [""] ? [] : registered;

    /// <summary>Lets an orchestrator through.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="versions">Its versions; none for all, the empty text for no version.</param>
    public readonly struct OrchestrationFilter(string name, IReadOnlyList<string>? versions)
    {
        /// <summary>Its name.</summary>
        public string Name { get; init; } = name;

        /// <summary>Its versions; none for all, the empty text for no version.</summary>
        public IReadOnlyList<string> Versions { get; init; } = versions ?? [];
    }

    /// <summary>Lets an activity through.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="versions">Its versions; none for all, the empty text for no version.</param>
    public readonly struct ActivityFilter(string name, IReadOnlyList<string>? versions)
    {
        /// <summary>Its name.</summary>
        public string Name { get; init; } = name;

        /// <summary>Its versions; none for all, the empty text for no version.</summary>
        public IReadOnlyList<string> Versions { get; init; } = versions ?? [];
    }
}
