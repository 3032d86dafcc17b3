using System.Data.Common;
using Google.Protobuf;
using Orchestrator.Protocol;
using Orchestrator.Sql.Postgres;

namespace Orchestrator.TaskHub.Stores.Postgres;

internal sealed class PostgresInboxes(PostgresConnection connection) : IInboxes
{
    private const int TerminationKind = (int)HistoryEvent.EventTypeOneofCase.ExecutionTerminated;

    public long Add(long instanceKey, InboxMessage message) => connection.Insert(
        """
        INSERT INTO messages (instance_key, rank, kind, bound_to_execution, event) VALUES ($1, $2, $3, $4, $5)
        RETURNING sequence
        """,
        instanceKey,
        message.Rank,
        (int)message.Event.EventTypeCase,
        message.IsBoundToExecution,
        message.Event.ToByteArray());

    public IReadOnlyList<InboxMessage> Read(long instanceKey, int limit) => connection.Query(
        "SELECT sequence, rank, bound_to_execution, event FROM messages WHERE instance_key = $1 ORDER BY rank, sequence LIMIT $2",
        Map,
        instanceKey,
        limit);

    public void Remove(long sequence) => connection.Later("DELETE FROM messages WHERE sequence = $1", sequence);

    public void RemoveAll(long instanceKey) => connection.Later("DELETE FROM messages WHERE instance_key = $1", instanceKey);

    public void RemoveBoundToExecution(long instanceKey) =>
        connection.Later("DELETE FROM messages WHERE instance_key = $1 AND bound_to_execution", instanceKey);

    public IReadOnlyList<InboxMessage> Terminations(long instanceKey) => connection.Query(
        """
        SELECT sequence, rank, bound_to_execution, event FROM messages WHERE instance_key = $1 AND kind = $2
        ORDER BY rank, sequence
        """,
        Map,
        instanceKey,
        TerminationKind);

    public IReadOnlyList<long> Terminating() => connection.Query(
        "SELECT DISTINCT instance_key FROM messages WHERE kind = $1 ORDER BY instance_key", row => row.GetInt64(0), TerminationKind);

    private static InboxMessage Map(DbDataReader row) =>
        new(HistoryEvent.Parser.ParseFrom(row.GetFieldValue<byte[]>(3)), row.GetInt32(1), row.GetBoolean(2))
        {
            Sequence = row.GetInt64(0),
        };
}
