using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Hubs;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>What a call says beside its message: who calls, and which task hub is meant.</summary>
internal static class CallMetadata
{
    private const string HubKey = "taskhub";
    private const string WorkerKey = "workerid";
    private const string AgentKey = "x-user-agent";
    private const string Unsaid = "(unnamed)";
    private const int LongestName = 200;

    /// <summary>Null for the default hub.</summary>
    /// <exception cref="HubException">No hub can be called so.</exception>
    public static HubName? Hub(this ServerCallContext context) => HubName.Of(context.RequestHeaders.GetValue(HubKey));

    public static Caller Worker(this ServerCallContext context) => new(
        Named(context.RequestHeaders.GetValue(WorkerKey)),
        Named(context.RequestHeaders.GetValue(AgentKey)),
        LiveOrchestration.IsAnnounced(context.RequestHeaders));

    // It goes into a log: short, and on one line.
    private static string Named(string? text) => string.IsNullOrEmpty(text)
        ? Unsaid
        : string.Concat(text.Take(LongestName).Select(letter => char.IsControl(letter) ? '?' : letter));
}
