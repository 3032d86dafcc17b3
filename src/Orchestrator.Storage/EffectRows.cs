using System.Data.Common;
using System.Text;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>The effect journal as rows.</summary>
internal sealed class EffectRows(RunDatabase database, TranscriptRows transcripts, PayloadRows payloads) : IEffectJournal
{
    public Task<EffectRecord?> FindAsync(EffectId effect, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, effect), cancellationToken);

    public Task<bool> BeginAsync(EffectRecord intent, RunEvent started, CancellationToken cancellationToken)
    {
        return IsNotedElsewhere(intent.Class, Tenure.Current) && intent.AlwaysRule is null
            ? database.WriteUnsyncedAsync(connection => Begin(connection, intent, started), cancellationToken)
            : database.WriteAsync(connection => Begin(connection, intent, started), cancellationToken);
    }

    /// <summary>
    /// A command in the data folder notes itself, synced, in the effect's folder that it has begun. A remote system doesn't; and what is in
    /// the folder of a host that is lost, nobody who takes over can look at: then this database alone knows. What may be done twice needs no note.
    /// </summary>
    internal static bool IsNotedElsewhere(EffectClass effect, Tenure? tenure) =>
        effect is EffectClass.Pure or EffectClass.Redo
        || (effect == EffectClass.Contained && tenure is null or { Host: ToolHost.OfTheDataFolder });

    public async Task<EffectRecord> FinishAsync(
        EffectRecord end, ReadOnlyMemory<byte> output, IReadOnlyList<TranscriptEntry> shown, RunEvent happened, CancellationToken cancellationToken)
    {
        string run = end.Effect.Run;
        BlobRef reference = await payloads.PrepareAsync(run, "output", output, cancellationToken);
        TranscriptRows.Prepared prepared = await transcripts.PrepareAsync(run, shown, cancellationToken);
        bool tellsLoss = Tenure.Current is { LostCalls: > 0 };
        return await database.WriteAsync(
            connection =>
            {
                int won = connection.Execute(
                    """
                    UPDATE effects SET state = $2, exit_code = $3, end_reason = $4, elapsed_ms = $5, output = $6, file_path = $7, file_hash = $8, signature = $9, snapshot = $10
                    WHERE effect_id = $1 AND state = 'Intent'
                    """,
                    end.Effect.ToString(), end.State.ToString(), end.ExitCode, end.End?.ToString(), (long)end.Elapsed.TotalMilliseconds,
                    output.IsEmpty ? null : reference.Hash, end.File?.Path, end.File?.Hash, end.Signature, end.Snapshot);
                if (won == 1)
                {
                    if (!output.IsEmpty)
                    {
                        PayloadRows.Add(connection, run, reference, output);
                    }

                    TranscriptRows.Append(connection, run, TranscriptKey.Observation(end.Effect), prepared);
                    if (tellsLoss)
                    {
                        HostRows.ForgetLoss(connection, run);
                    }

                    database.Tell(connection, run, happened);
                }

                return Find(connection, end.Effect)
                    ?? throw new InvalidOperationException($"Effect {end.Effect} ended without an intent.");
            },
            cancellationToken);
    }

    public async Task<string?> FindNewestOutputAsync(string run, string tool, CancellationToken cancellationToken)
    {
        BlobRef? newest = await database.ReadAsync(
            connection => connection.Find(
                """
                SELECT e.output, p.length FROM effects e JOIN payloads p ON p.run_id = e.run_id AND p.hash = e.output
                WHERE e.run_id = $1 AND e.tool = $2 AND e.state = 'Finished' AND e.exit_code = 0
                ORDER BY e.turn DESC, e.call DESC, e.revision DESC LIMIT 1
                """,
                reader => new BlobRef(reader.GetString(0), reader.GetInt64(1), "output"),
                run, tool),
            cancellationToken);
        return newest is null ? null : Encoding.UTF8.GetString((await payloads.GetAsync(run, newest, cancellationToken)).Span);
    }

    public Task<IReadOnlyList<string?>> ListSignaturesAsync(EffectId before, int most, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<string?>>(
        connection => [.. connection.Query(
            """
            SELECT signature FROM effects WHERE run_id = $1 AND (turn, call, revision) < ($2, $3, $4) AND state <> 'Intent'
            ORDER BY turn DESC, call DESC, revision DESC LIMIT $5
            """,
            reader => reader.IsDBNull(0) ? null : reader.GetString(0),
            before.Run, before.Turn, before.Call, before.Revision, most).Reverse()],
        cancellationToken);

    public Task<IReadOnlyList<EffectRecord>> ListBeforeAsync(EffectId before, int most, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<EffectRecord>>(
        connection => [.. connection.Query(
            $"""
            SELECT {Columns} FROM effects
            WHERE run_id = $1 AND (turn, call, revision) < ($2, $3, $4) AND state NOT IN ('Intent', 'NeverStarted') AND class <> 'Pure'
            ORDER BY turn DESC, call DESC, revision DESC LIMIT $5
            """,
            Read,
            before.Run, before.Turn, before.Call, before.Revision, most)],
        cancellationToken);

    public Task SetFirstSnapshotAsync(string run, string snapshot, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("UPDATE runs SET snapshot = $2 WHERE run_id = $1 AND snapshot IS NULL", run, snapshot),
        cancellationToken);

    public Task<string?> FindSnapshotAsync(string run, int turn, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => FindSnapshot(connection, run, turn), cancellationToken);

    public Task<string?> FindSnapshotBeforeAsync(EffectId call, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find(
            """
            SELECT coalesce(
              (SELECT snapshot FROM effects WHERE run_id = $1 AND (turn, call) < ($2, $3) AND snapshot IS NOT NULL ORDER BY turn DESC, call DESC, revision DESC LIMIT 1),
              (SELECT snapshot FROM runs WHERE run_id = $1))
            """,
            reader => reader.IsDBNull(0) ? null : reader.GetString(0),
            call.Run, call.Turn, call.Call),
        cancellationToken);

    public Task<IReadOnlyList<SeenFile>> ListSeenFilesAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            """
            SELECT file_path, file_hash, turn FROM (
              SELECT file_path, file_hash, turn, row_number() OVER (PARTITION BY file_path ORDER BY turn DESC, call DESC) AS age
              FROM effects WHERE run_id = $1 AND file_path IS NOT NULL) AS seen
            WHERE age = 1
            """,
            reader => new SeenFile(reader.GetString(0), reader.GetString(1), reader.GetInt32(2)),
            run),
        cancellationToken);

    /// <inheritdoc cref="IEffectJournal.FindSnapshotAsync"/>
    internal static string? FindSnapshot(SqlSession connection, string run, int turn) => connection.Find(
        """
        SELECT coalesce(
          (SELECT snapshot FROM effects WHERE run_id = $1 AND turn <= $2 AND snapshot IS NOT NULL ORDER BY turn DESC, call DESC, revision DESC LIMIT 1),
          (SELECT snapshot FROM runs WHERE run_id = $1))
        """,
        reader => reader.IsDBNull(0) ? null : reader.GetString(0),
        run, turn);

    private bool Begin(SqlSession connection, EffectRecord intent, RunEvent started)
    {
        if (intent.ApprovalId is { } approval && !Use(connection, approval, intent.Effect))
        {
            return false;
        }

        if (intent.AlwaysRule is { } always && Find(connection, intent.Effect) is null && !PolicyRows.Use(connection, always, database.Now))
        {
            return false;
        }

        int begun = connection.Execute(
            """
            INSERT INTO effects(effect_id, run_id, turn, call, revision, tool, class, args_hash, approval_id, state, epoch, network, always_rule)
            VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, 'Intent', $10, $11, $12) ON CONFLICT DO NOTHING
            """,
            intent.Effect.ToString(), intent.Effect.Run, intent.Effect.Turn, intent.Effect.Call, intent.Effect.Revision,
            intent.Tool, intent.Class.ToString(), intent.ArgumentsHash, intent.ApprovalId, intent.Epoch, intent.Network, intent.AlwaysRule);
        if (begun == 1)
        {
            database.Tell(connection, intent.Effect.Run, started);
        }

        return true;
    }

    /// <summary>An approval lets one effect start, once.</summary>
    private bool Use(SqlSession connection, string approval, EffectId effect)
    {
        bool isUsed = connection.Execute("UPDATE approvals SET used_by = $2 WHERE id = $1 AND state = 'Approved' AND used_by IS NULL", approval, effect.ToString()) == 1;
        if (isUsed)
        {
            database.Note(connection, new AuditAct(AuditAct.System, AuditKind.ApprovalUsed, approval, effect.Run, $"by effect {effect}"));
        }

        return isUsed || connection.Find("SELECT 1 FROM approvals WHERE id = $1 AND state = 'Approved' AND used_by = $2", _ => true, approval, effect.ToString());
    }

    private const string Columns = "run_id, turn, call, revision, tool, class, args_hash, approval_id, state, exit_code, end_reason, elapsed_ms, file_path, file_hash, signature, snapshot, epoch, network";

    private static EffectRecord? Find(SqlSession connection, EffectId effect) => connection.Find(
        $"SELECT {Columns} FROM effects WHERE effect_id = $1", Read, effect.ToString());

    private static EffectRecord Read(DbDataReader reader) => new()
    {
        Effect = new EffectId(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3)),
        Tool = reader.GetString(4),
        Class = Enum.Parse<EffectClass>(reader.GetString(5)),
        ArgumentsHash = reader.GetString(6),
        ApprovalId = reader.IsDBNull(7) ? null : reader.GetString(7),
        State = Enum.Parse<EffectState>(reader.GetString(8)),
        ExitCode = reader.IsDBNull(9) ? null : reader.GetInt32(9),
        End = reader.IsDBNull(10) ? null : Enum.Parse<EndReason>(reader.GetString(10)),
        Elapsed = TimeSpan.FromMilliseconds(reader.GetInt64(11)),
        File = reader.IsDBNull(12) ? null : new FileVersion(reader.GetString(12), reader.GetString(13)),
        Signature = reader.IsDBNull(14) ? null : reader.GetString(14),
        Snapshot = reader.IsDBNull(15) ? null : reader.GetString(15),
        Epoch = reader.GetInt64(16),
        Network = reader.IsDBNull(17) ? null : reader.GetString(17),
    };
}
