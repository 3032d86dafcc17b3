using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>Cuts the answer to a turn into messages that fit the wire.</summary>
internal static class ResponseParts
{
    // What a part holds besides its actions: ids, token, status. A custom status counts on top.
    private const int Envelope = 1024;

    /// <summary>The answer whole, if it fits; else in parts, in order. An action that fits no part fails the orchestration.</summary>
    public static IReadOnlyList<OrchestratorResponse> Of(OrchestratorResponse response, int limit)
    {
        if (response.CalculateSize() <= limit)
        {
            return [response];
        }

        int room = limit - Envelope - (response.CustomStatus?.Length * 3 ?? 0);
        if (response.Actions.FirstOrDefault(action => action.CalculateSize() > room) is { } oversized)
        {
            return [Refused(response, oversized, room)];
        }

        List<OrchestratorResponse> parts = [];
        int size = 0;
        foreach (OrchestratorAction action in response.Actions)
        {
            int actionSize = action.CalculateSize() + 8;
            if (parts.Count == 0 || size + actionSize > room)
            {
                parts.Add(Part(response, parts.Count));
                size = 0;
            }

            parts[^1].Actions.Add(action);
            size += actionSize;
        }

        parts[^1].IsPartial = false;
        return parts;
    }

    // The first part takes the turn's events as processed; the others must not take them again.
    private static OrchestratorResponse Part(OrchestratorResponse response, int index) => new()
    {
        InstanceId = response.InstanceId,
        CompletionToken = response.CompletionToken,
        CustomStatus = response.CustomStatus,
        NumEventsProcessed = index == 0 ? null : 0,
        IsPartial = true,
        ChunkIndex = index,
    };

    private static OrchestratorResponse Refused(OrchestratorResponse response, OrchestratorAction oversized, int room) => new()
    {
        InstanceId = response.InstanceId,
        CompletionToken = response.CompletionToken,
        Actions =
        {
            new OrchestratorAction
            {
                Id = oversized.Id,
                CompleteOrchestration = Completion.Failed(WireFailure.Final(
                    "PayloadTooLarge",
                    $"The orchestrator's {oversized.OrchestratorActionTypeCase} (#{oversized.Id}) takes {oversized.CalculateSize()} bytes, "
                    + $"but a message holds {room}. Keep large values elsewhere and pass references.")),
            },
        },
    };
}
