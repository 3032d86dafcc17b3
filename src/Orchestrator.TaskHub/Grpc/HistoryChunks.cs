using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>Cuts a history into messages that are small enough for every receiver.</summary>
internal static class HistoryChunks
{
    private const int ChunkBytes = 256 * 1024;

    public static IEnumerable<HistoryChunk> Of(IReadOnlyList<HistoryEvent> events)
    {
        var chunk = new HistoryChunk();
        int bytes = 0;
        foreach (HistoryEvent happened in events)
        {
            int size = happened.CalculateSize();
            if (bytes > 0 && bytes + size > ChunkBytes)
            {
                yield return chunk;
                chunk = new HistoryChunk();
                bytes = 0;
            }

            chunk.Events.Add(happened);
            bytes += size;
        }

        if (bytes > 0)
        {
            yield return chunk;
        }
    }
}
