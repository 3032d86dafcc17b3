using System.Data.Common;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Transcripts as rows; an entry too large for a row is a payload.</summary>
internal sealed class TranscriptRows(RunDatabase database, PayloadRows payloads) : ITranscriptStore
{
    public async Task AppendAsync(
        string run, string key, IReadOnlyList<TranscriptEntry> entries, RunEvent? happened, CancellationToken cancellationToken)
    {
        Prepared prepared = await PrepareAsync(run, entries, cancellationToken);
        await database.WriteAsync(
            connection =>
            {
                if (Append(connection, run, key, prepared) && happened is not null)
                {
                    database.Tell(connection, run, happened);
                    if (happened.Kind == RunEventKind.Pushed)
                    {
                        database.Note(connection, new AuditAct(AuditAct.System, AuditKind.ChangesPushed, run, run, happened.Text));
                    }
                }
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<TranscriptEntry>> ReadAsync(string run, CancellationToken cancellationToken) =>
        ReadAfterAsync(run, turn: -1, cancellationToken);

    public async Task<IReadOnlyList<TranscriptEntry>> ReadAfterAsync(string run, int turn, CancellationToken cancellationToken)
    {
        IReadOnlyList<(TranscriptEntry Entry, BlobRef? Payload)> rows = await database.ReadAsync(
            connection => connection.Query(
                """
                SELECT t.kind, t.turn, t.call_id, t.body, t.payload, p.length, t.dialect, t.model
                FROM transcript t LEFT JOIN payloads p ON p.run_id = t.run_id AND p.hash = t.payload
                WHERE t.run_id = $1 AND t.seq IN (
                  SELECT seq FROM transcript WHERE run_id = $1 AND turn <= $2 AND kind IN ('Instructions', 'User')
                  UNION ALL SELECT seq FROM transcript WHERE run_id = $1 AND turn > $2)
                ORDER BY t.seq
                """,
                reader => (
                    new TranscriptEntry
                    {
                        Kind = Enum.Parse<EntryKind>(reader.GetString(0)),
                        Turn = reader.GetInt32(1),
                        CallId = reader.IsDBNull(2) ? null : reader.GetString(2),
                        Origin = ReadOrigin(reader, 6),
                        Body = reader.IsDBNull(3) ? ReadOnlyMemory<byte>.Empty : reader.GetFieldValue<byte[]>(3),
                    },
                    reader.IsDBNull(4) ? null : new BlobRef(reader.GetString(4), reader.GetInt64(5), "entry")),
                run, turn),
            cancellationToken);

        var entries = new List<TranscriptEntry>(rows.Count);
        foreach ((TranscriptEntry entry, BlobRef? payload) in rows)
        {
            entries.Add(payload is null ? entry : entry with { Body = await payloads.GetAsync(run, payload, cancellationToken) });
        }

        return entries;
    }

    /// <summary>Has what is too large for a row kept, before the transaction that refers to it.</summary>
    internal async Task<Prepared> PrepareAsync(string run, IReadOnlyList<TranscriptEntry> entries, CancellationToken cancellationToken)
    {
        var references = new BlobRef?[entries.Count];
        for (int index = 0; index < entries.Count; index++)
        {
            references[index] = entries[index].Body.Length > PayloadRows.LongestRow
                ? await payloads.PrepareAsync(run, "entry", entries[index].Body, cancellationToken)
                : null;
        }

        return new Prepared(entries, references);
    }

    /// <returns>False if the key was there already, and so nothing was appended.</returns>
    internal static bool Append(SqlSession connection, string run, string key, Prepared prepared)
    {
        if (connection.Execute("INSERT INTO transcript_keys(run_id, key) VALUES($1, $2) ON CONFLICT DO NOTHING", run, key) == 0)
        {
            return false;
        }

        for (int index = 0; index < prepared.Entries.Count; index++)
        {
            TranscriptEntry entry = prepared.Entries[index];
            BlobRef? payload = prepared.Payloads[index];
            if (payload is not null)
            {
                PayloadRows.Add(connection, run, payload, entry.Body);
            }

            connection.Execute(
                """
                INSERT INTO transcript(run_id, seq, turn, kind, call_id, body, payload, dialect, model)
                SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM transcript WHERE run_id = $1
                """,
                run, entry.Turn, entry.Kind.ToString(), entry.CallId, payload is null ? entry.Body.ToArray() : null, payload?.Hash,
                entry.Origin?.Dialect.ToString(), entry.Origin?.Model);
            if (entry.Kind == EntryKind.Observation)
            {
                RunRows.CountToolCall(connection, run);
            }
        }

        return true;
    }

    /// <param name="reader">A row.</param>
    /// <param name="column">The column of the dialect; that of the model follows.</param>
    internal static Origin? ReadOrigin(DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : new Origin(Enum.Parse<Dialect>(reader.GetString(column)), reader.GetString(column + 1));

    /// <summary>Entries whose large bodies are on the disk.</summary>
    internal sealed record Prepared(IReadOnlyList<TranscriptEntry> Entries, IReadOnlyList<BlobRef?> Payloads);
}
