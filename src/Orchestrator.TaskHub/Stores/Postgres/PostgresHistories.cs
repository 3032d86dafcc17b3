using Google.Protobuf;
using Orchestrator.Protocol;
using Orchestrator.Sql.Postgres;

namespace Orchestrator.TaskHub.Stores.Postgres;

internal sealed class PostgresHistories(PostgresConnection connection) : IHistories
{
    public int Append(long instanceKey, int batch, IReadOnlyList<HistoryEvent> events)
    {
        byte[] bytes = new HistoryChunk { Events = { events } }.ToByteArray();
        connection.Later("INSERT INTO history (instance_key, batch, events) VALUES ($1, $2, $3)", instanceKey, batch, bytes);
        return bytes.Length;
    }

    public IReadOnlyList<HistoryEvent> Read(long instanceKey)
    {
        IReadOnlyList<HistoryChunk> batches = connection.Query(
            "SELECT events FROM history WHERE instance_key = $1 ORDER BY batch",
            row => HistoryChunk.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)),
            instanceKey);
        return batches.SelectMany(batch => batch.Events).ToList();
    }

    public void Remove(long instanceKey) => connection.Later("DELETE FROM history WHERE instance_key = $1", instanceKey);
}
