using Google.Protobuf.Collections;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Engine;

/// <summary>Which work items a worker takes. No entry at all: all. An entry without versions: any version.</summary>
internal sealed class WorkItemFilter(WorkItemFilters? filters)
{
    // The original SDK always sends the message, and leaves it empty where no filter was asked for.
    private readonly bool _takesAll = filters is null or { Orchestrations.Count: 0, Activities.Count: 0, Entities.Count: 0 };

    public bool Accepts(WorkItemSubject subject)
    {
        if (_takesAll)
        {
            return true;
        }

        return subject.Kind switch
        {
            WorkItemKind.Orchestration => filters!.Orchestrations.Any(entry => Matches(subject, entry.Name, entry.Versions)),
            WorkItemKind.Activity => filters!.Activities.Any(entry => Matches(subject, entry.Name, entry.Versions)),
        };
    }

    // Names and versions ignore case throughout the programming model.
    private static bool Matches(WorkItemSubject subject, string name, RepeatedField<string> versions) =>
        string.Equals(subject.Name, name, StringComparison.OrdinalIgnoreCase)
        && (versions.Count == 0 || versions.Contains(subject.Version, StringComparer.OrdinalIgnoreCase));
}
