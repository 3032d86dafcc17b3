using Google.Protobuf.Collections;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Engine;

/// <summary>Which work items a worker takes. No filter: all. An entry without versions: any version.</summary>
internal sealed class WorkItemFilter(WorkItemFilters? filters)
{
    public bool Accepts(WorkItemSubject subject)
    {
        if (filters is null)
        {
            return true;
        }

        return subject.Kind switch
        {
            WorkItemKind.Orchestration => filters.Orchestrations.Any(entry => Matches(subject, entry.Name, entry.Versions)),
            WorkItemKind.Activity => filters.Activities.Any(entry => Matches(subject, entry.Name, entry.Versions)),
        };
    }

    // Names and versions ignore case throughout the programming model.
    private static bool Matches(WorkItemSubject subject, string name, RepeatedField<string> versions) =>
        string.Equals(subject.Name, name, StringComparison.OrdinalIgnoreCase)
        && (versions.Count == 0 || versions.Contains(subject.Version, StringComparer.OrdinalIgnoreCase));
}
