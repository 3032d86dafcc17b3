using Microsoft.DurableTask.Converters;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker;

/// <summary>Judges whether a worker runs a version.</summary>
internal static class VersionRule
{
    /// <summary>Says why a worker doesn't run a version; null if it does.</summary>
    public static Wire.TaskFailureDetails? Objection(DurableTaskWorkerOptions.VersioningOptions? versioning, string? version)
    {
        if (versioning is null)
        {
            return null;
        }

        int order = VersionOrder.Compare(version, versioning.Version);
        return versioning.MatchStrategy switch
        {
            DurableTaskWorkerOptions.VersionMatchStrategy.None => null,
            DurableTaskWorkerOptions.VersionMatchStrategy.Strict => order == 0
                ? null
                : Mismatch($"Version '{version}' is asked for, but this worker runs version '{versioning.Version}' only."),
            DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder => order <= 0
                ? null
                : Mismatch($"Version '{version}' is asked for, but this worker runs version '{versioning.Version}' and older ones only."),
            _ => WireFailure.Final("VersionError", $"This worker has an unknown version match strategy, {versioning.MatchStrategy}."),
        };
    }

    private static Wire.TaskFailureDetails Mismatch(string message) => WireFailure.Final("VersionMismatch", message);
}
