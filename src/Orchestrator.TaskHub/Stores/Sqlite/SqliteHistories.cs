using Google.Protobuf;
using Orchestrator.Protocol;
using Orchestrator.Sql;

namespace Orchestrator.TaskHub.Stores.Sqlite;

internal sealed class SqliteHistories(PreparedConnection connection) : IHistories
{
    private const int BatchBits = 31;

    public int Append(long instanceKey, int batch, IReadOnlyList<HistoryEvent> events)
    {
        byte[] bytes = new HistoryChunk { Events = { events } }.ToByteArray();
        connection.Execute("INSERT INTO history (id, events) VALUES ($1, $2)", FirstId(instanceKey) + batch, bytes);
        return bytes.Length;
    }

    public IReadOnlyList<HistoryEvent> Read(long instanceKey)
    {
        IReadOnlyList<HistoryChunk> batches = connection.Query(
            "SELECT events FROM history WHERE id >= $1 AND id < $2 ORDER BY id",
            row => HistoryChunk.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)),
            FirstId(instanceKey),
            FirstId(instanceKey + 1));
        return batches.SelectMany(batch => batch.Events).ToList();
    }

    public void Remove(long instanceKey) => connection.Execute(
        "DELETE FROM history WHERE id >= $1 AND id < $2", FirstId(instanceKey), FirstId(instanceKey + 1));

    private static long FirstId(long instanceKey) => instanceKey << BatchBits;
}
