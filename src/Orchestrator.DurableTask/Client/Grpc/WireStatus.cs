using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Client.Grpc;

/// <summary>Statuses as the hub reads them; the numbers are the same.</summary>
internal static class WireStatus
{
    private static readonly OrchestrationStatus[] All =
    [
        OrchestrationStatus.Completed,
        OrchestrationStatus.Failed,
        OrchestrationStatus.Terminated,
        OrchestrationStatus.Canceled,
        OrchestrationStatus.Pending,
        OrchestrationStatus.Running,
        OrchestrationStatus.Suspended,
    ];

    public static IEnumerable<OrchestrationStatus> Of(IEnumerable<OrchestrationRuntimeStatus>? statuses) =>
        (statuses ?? []).Select(status => (OrchestrationStatus)status);

    /// <summary>Turns the statuses that forbid replacing an instance into those that permit it; null leaves it to the hub.</summary>
    /// <exception cref="ArgumentException">A status is unknown.</exception>
    public static OrchestrationIdReusePolicy? ReusePolicy(IReadOnlyList<string>? dedupeStatuses)
    {
        if (dedupeStatuses is null)
        {
            return null;
        }

        HashSet<OrchestrationStatus> kept = [.. Of(dedupeStatuses.Select(Parse))];
        return new OrchestrationIdReusePolicy { ReplaceableStatus = { All.Where(status => !kept.Contains(status)) } };
    }

    private static OrchestrationRuntimeStatus Parse(string status) =>
        System.Enum.TryParse(status, ignoreCase: true, out OrchestrationRuntimeStatus parsed)
            ? parsed
            : throw new ArgumentException($"'{status}' is not a status of an orchestration.", nameof(status));
}
