using System.Data.Common;
using Orchestrator.Agent.Audit;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>The audit as rows.</summary>
internal sealed class AuditRows(RunDatabase database) : IAuditStore
{
    private const string Select = "SELECT seq, at, actor, kind, target, run_id, details, previous, hash FROM audit";

    public Task<AuditEntry> AppendAsync(AuditAct act, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => Append(connection, database.Now, act), cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> ReadAsync(long after, string? run, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query($"{Select} WHERE seq > $1 AND (CAST($2 AS TEXT) IS NULL OR run_id = $2) ORDER BY seq LIMIT $3", Read, after, run, limit),
        cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> ReadNewestAsync(long? before, string? run, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"{Select} WHERE (CAST($1 AS BIGINT) IS NULL OR seq < $1) AND (CAST($2 AS TEXT) IS NULL OR run_id = $2) ORDER BY seq DESC LIMIT $3", Read, before, run, limit),
        cancellationToken);

    public Task<AuditEntry?> FindAsync(long sequence, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => connection.Find($"{Select} WHERE seq = $1", Read, sequence), cancellationToken);

    /// <summary>Appends in the transaction of what is told; the one writer of the file makes the chain's order.</summary>
    internal static AuditEntry Append(SqlSession connection, long now, AuditAct act)
    {
        AuditAct kept = act with { Actor = Kept(act.Actor), Target = Kept(act.Target), Run = act.Run is null ? null : Kept(act.Run), Details = Kept(act.Details) };
        AuditEntry entry = AuditChain.Append(
            connection.Find($"{Select} ORDER BY seq DESC LIMIT 1", Read), DateTimeOffset.FromUnixTimeMilliseconds(now), kept);
        connection.Execute(
            """
            INSERT INTO audit(seq, at, actor, kind, target, run_id, details, previous, hash)
            VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            entry.Sequence, now, kept.Actor, kept.Kind.ToString(), kept.Target, kept.Run, kept.Details, entry.Previous, entry.Hash);
        return entry;
    }

    // What the hash is taken of must be what every database gives back; one of them has no zero character in a text.
    private static string Kept(string text) => text.Replace('\0', '\u2400');

    private static AuditEntry Read(DbDataReader reader) => new()
    {
        Sequence = reader.GetInt64(0),
        At = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        Act = new AuditAct(
            reader.GetString(2),
            Enum.Parse<AuditKind>(reader.GetString(3)),
            reader.GetString(4),
            reader.IsDBNull(5) ? null : reader.GetString(5),
            reader.GetString(6)),
        Previous = reader.GetString(7),
        Hash = reader.GetString(8),
    };
}
