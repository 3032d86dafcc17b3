using Google.Protobuf;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Replays;

/// <summary>The history of one generation of an orchestration, as a hub committed it.</summary>
/// <param name="InstanceId">Whose history it is.</param>
/// <param name="Generation">How often the instance had continued as new, from 0.</param>
/// <param name="Events">All events, from its start to the end of its last committed turn.</param>
public sealed record StoredHistory(string InstanceId, int Generation, IReadOnlyList<HistoryEvent> Events)
{
    /// <summary>How the generation started.</summary>
    /// <exception cref="InvalidDataException">The history doesn't say.</exception>
    public ExecutionStartedEvent Start =>
        Events.FirstOrDefault(happened => happened.ExecutionStarted is not null)?.ExecutionStarted
        ?? throw new InvalidDataException($"The history of {InstanceId} lacks the event that starts it.");

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no history.</exception>
    public static StoredHistory Parse(byte[] bytes, int generation)
    {
        try
        {
            var history = new StoredHistory(string.Empty, generation, HistoryChunk.Parser.ParseFrom(bytes).Events);
            return history with { InstanceId = history.Start.OrchestrationInstance.InstanceId };
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw new InvalidDataException("These bytes are no history.", failure);
        }
    }

    /// <summary>The events as one message of the protocol; the generation is for the caller to keep.</summary>
    public byte[] ToBytes() => new HistoryChunk { Events = { Events } }.ToByteArray();

    internal IReadOnlyList<RecordedTurn> Turns => RecordedTurn.Of(Events);
}
