using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Orchestrator.Protocol;

/// <summary>
/// Our one addition to the protocol: a worker that keeps the orchestrators of recent turns says so in the metadata of
/// its stream, and is then sent turns without the history that it has played already. Others never see any of it.
/// A worker that does not have what the hub thinks it has answers with <c>requiresHistory</c>.
/// </summary>
/// <param name="Base">
/// The completion token that the worker answered the last committed turn with; it keeps the orchestrator under that name.
/// Null if the history comes along, in the request or as a stream.
/// </param>
public sealed record LiveOrchestration(string? Base)
{
    private const string MetadataKey = "x-orchestrator-keeps-orchestrators";
    private const string BaseProperty = "BaseTurn";

    /// <summary>What a worker that keeps orchestrators sends along when it asks for work.</summary>
    public static Metadata Announcement() => new() { { MetadataKey, "true" } };

    public static bool IsAnnounced(Metadata headers) => headers.GetValue(MetadataKey) == "true";

    /// <summary>Null if the hub knows of no such thing.</summary>
    public static LiveOrchestration? Of(OrchestratorRequest request) =>
        request.Properties.TryGetValue(BaseProperty, out Value? based)
            ? new LiveOrchestration(based.KindCase == Value.KindOneofCase.StringValue ? based.StringValue : null)
            : null;

    /// <summary>Says it in a request.</summary>
    public void AddTo(OrchestratorRequest request) =>
        request.Properties.Add(BaseProperty, Base is null ? Value.ForNull() : Value.ForString(Base));
}
