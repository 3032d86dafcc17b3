using System.Data.Common;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Tool hosts and the workspaces that they hold as rows. One writer after the other decides: whoever claims has seen what those before it did.</summary>
internal sealed class HostRows(RunDatabase database) : IHostStore
{
    private const string HostColumns = "h.id, h.machine, h.folder, h.address, h.certificate, h.key, h.epoch, h.lease_until";

    private const string HeldColumns =
        $"SELECT {HostColumns}, w.epoch, w.is_whole, w.restored, w.lost_calls, w.host, w.run_id FROM workspaces w LEFT JOIN hosts h ON h.id = w.host";

    public Task<long> RenewAsync(ToolHost host, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            long now = database.Now;
            connection.Execute(
                """
                INSERT INTO hosts(id, machine, folder, epoch, lease_until) VALUES($1, $2, $3, 1, $5)
                ON CONFLICT(id) DO UPDATE SET machine = $2, folder = $3, lease_until = $5,
                  epoch = hosts.epoch + CASE WHEN hosts.lease_until <= $4 THEN 1 ELSE 0 END,
                  address = CASE WHEN hosts.lease_until > $4 THEN hosts.address END,
                  certificate = CASE WHEN hosts.lease_until > $4 THEN hosts.certificate END,
                  key = CASE WHEN hosts.lease_until > $4 THEN hosts.key END
                """,
                host.Id, host.Machine, host.Folder, now, now + (long)lease.TotalMilliseconds);
            if (host.Address is not null)
            {
                connection.Execute(
                    "UPDATE hosts SET address = $2, certificate = $3, key = $4 WHERE id = $1", host.Id, host.Address, host.Certificate, host.Key);
            }

            return connection.Find("SELECT epoch FROM hosts WHERE id = $1", reader => reader.GetInt64(0), host.Id);
        },
        cancellationToken);

    public Task StopServingAsync(ToolHost host, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("UPDATE hosts SET address = NULL, certificate = NULL, key = NULL WHERE id = $1 AND key = $2", host.Id, host.Key),
        cancellationToken);

    public Task<IReadOnlyList<KnownHost>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            $"""
            SELECT {HostColumns}, (SELECT count(*) FROM workspaces w JOIN runs r ON r.run_id = w.run_id WHERE w.host = h.id AND r.result IS NULL)
            FROM hosts h ORDER BY h.id
            """,
            reader => new KnownHost(
                HostOf(reader, 0),
                reader.GetInt64(6),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(7)),
                reader.GetInt64(7) > database.Now,
                reader.GetInt32(8))),
        cancellationToken);

    public Task<HeldWorkspace?> FindAsync(string run, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, run), cancellationToken);

    public Task<IReadOnlyList<HeldWorkspace>> ListHeldAsync(CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query($"{HeldColumns} JOIN runs r ON r.run_id = w.run_id WHERE r.result IS NULL", HeldOf), cancellationToken);

    public Task<HeldWorkspace> ClaimAsync(string run, string host, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            connection.Execute(
                """
                INSERT INTO workspaces(run_id, host, epoch, is_whole) SELECT $1, id, 1, TRUE FROM hosts WHERE id = $2 AND lease_until > $3
                ON CONFLICT(run_id) DO UPDATE SET host = $2, epoch = workspaces.epoch + 1, is_whole = FALSE
                WHERE workspaces.host <> $2 AND workspaces.epoch > 0 AND NOT EXISTS(SELECT 1 FROM hosts WHERE id = workspaces.host AND lease_until > $3)
                """,
                run, host, database.Now);
            return Find(connection, run)
                ?? throw new HostException($"The lease of the tool host {host} is over, so it can't take run {run}.");
        },
        cancellationToken);

    public Task<bool> LastsAsync(Tenure tenure, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Lasts(connection, tenure), cancellationToken);

    public Task<RestorePoint> FindRestorePointAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            (string Snapshot, int Turn, int Call) newest = connection.Find(
                "SELECT snapshot, turn, call FROM effects WHERE run_id = $1 AND snapshot <> '' ORDER BY turn DESC, call DESC, revision DESC LIMIT 1",
                reader => (reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2)),
                run);
            string? first = connection.Find("SELECT snapshot FROM runs WHERE run_id = $1", reader => reader.IsDBNull(0) ? null : reader.GetString(0), run);
            int lost = connection.Find(
                "SELECT count(*) FROM effects WHERE run_id = $1 AND snapshot = '' AND (turn, call) > ($2, $3)", reader => reader.GetInt32(0), run, newest.Turn, newest.Call);
            RestorePoint point = newest.Snapshot is { } snapshot
                ? new RestorePoint(snapshot, $"snapshot {snapshot[..12]} (after call {newest.Turn:D6}/{newest.Call:D3})", lost)
                : new RestorePoint(first, first is null ? "the commit that the run started from" : $"snapshot {first[..12]} (before the first call)", lost);

            // Both are written, in the tenure of whoever lays the files out, once they stand. A fork has its calls and snapshots from its origin before that.
            return point with
            {
                IsPrepared = connection.Find(
                    "SELECT 1 FROM transcript_keys WHERE run_id = $1 AND key IN ($2, $3) LIMIT 1", reader => true, run, TranscriptKey.Opening, TranscriptKey.ForkPrepared),
            };
        },
        cancellationToken);

    public Task SetWholeAsync(Tenure tenure, RestorePoint point, string host, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            int set = connection.Execute(
                "UPDATE workspaces SET is_whole = TRUE, restored = $4, lost_calls = $5 WHERE run_id = $1 AND host = $2 AND epoch = $3 AND NOT is_whole",
                tenure.Run, tenure.Host, tenure.Epoch, point.InWords, point.LostCalls);
            if (set == 1)
            {
                int turn = connection.Find("SELECT turns FROM runs WHERE run_id = $1", reader => reader.GetInt32(0), tenure.Run);
                string lost = point.LostCalls == 0 ? string.Empty : $"; what the {point.LostCalls} calls after it changed is lost";
                database.Tell(connection, tenure.Run, new RunEvent(RunEventKind.HostLost, turn, $"{host} takes over; files restored to {point.InWords}{lost}"));
            }
            else if (!Lasts(connection, tenure))
            {
                throw new TenureException(tenure);
            }
        },
        cancellationToken);

    /// <summary>Ends every tenure and every lease: what hosts have of workspaces is not what belongs to these runs.</summary>
    internal static void LoseAll(SqlSession connection)
    {
        connection.Execute("UPDATE workspaces SET epoch = epoch + 1, is_whole = FALSE WHERE epoch > 0");
        connection.Execute("UPDATE hosts SET lease_until = 0, address = NULL, certificate = NULL, key = NULL");
    }

    /// <inheritdoc cref="IHostStore.LastsAsync"/>
    internal static bool Lasts(SqlSession connection, Tenure tenure) => connection.Find(
        "SELECT 1 FROM workspaces WHERE run_id = $1 AND host = $2 AND epoch = $3", reader => true, tenure.Run, tenure.Host, tenure.Epoch);

    /// <summary>The model has been told of what could not be restored.</summary>
    internal static void ForgetLoss(SqlSession connection, string run) =>
        connection.Execute("UPDATE workspaces SET lost_calls = 0 WHERE run_id = $1", run);

    private HeldWorkspace? Find(SqlSession connection, string run) => connection.Find($"{HeldColumns} WHERE w.run_id = $1", HeldOf, run);

    /// <summary>A host that never renewed its lease is that of the data folder, in a build before there were hosts.</summary>
    private HeldWorkspace HeldOf(DbDataReader reader) => new(
        reader.GetString(13),
        reader.IsDBNull(0) ? new ToolHost(reader.GetString(12), Environment.MachineName, database.Data.Root) : HostOf(reader, 0),
        !reader.IsDBNull(7) && reader.GetInt64(7) > database.Now,
        reader.GetInt64(8))
    {
        IsWhole = reader.GetBoolean(9),
        Restored = reader.IsDBNull(10) ? null : reader.GetString(10),
        LostCalls = reader.GetInt32(11),
    };

    private static ToolHost HostOf(DbDataReader reader, int at) => new(reader.GetString(at), reader.GetString(at + 1), reader.GetString(at + 2))
    {
        Address = reader.IsDBNull(at + 3) ? null : reader.GetString(at + 3),
        Certificate = reader.IsDBNull(at + 4) ? null : reader.GetString(at + 4),
        Key = reader.IsDBNull(at + 5) ? null : reader.GetString(at + 5),
    };
}
