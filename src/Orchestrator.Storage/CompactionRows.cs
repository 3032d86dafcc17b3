using System.Data.Common;
using System.Text;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Compactions as rows; an end, its texts and its cost are one transaction.</summary>
internal sealed class CompactionRows(RunDatabase database, PayloadRows payloads) : ICompactionStore
{
    private const string Select =
        """
        SELECT c.run_id, c.number, c.turn, c.state, c.attempts_begun, c.tokens_counted, c.tokens_before, c.tokens_after, c.input_tokens,
          c.cached_tokens, c.output_tokens, c.cost_nanousd, c.elapsed_ms, c.failure, c.is_provider_fault, c.through_turn, c.entries,
          c.pinned, p.length, c.summary, s.length, c.summary_kind, c.basis, c.tokens_undone, c.summary_dialect, c.summary_model,
          c.max_output_tokens, c.lost_attempts, c.lost_nanousd
        FROM compactions c
        LEFT JOIN payloads p ON p.run_id = c.run_id AND p.hash = c.pinned
        LEFT JOIN payloads s ON s.run_id = c.run_id AND s.hash = c.summary
        """;

    public async Task<Compaction?> FindAsync(string run, int number, CancellationToken cancellationToken) =>
        await WholeAsync($"{Select} WHERE c.run_id = $1 AND c.number = $2", cancellationToken, run, number) is [var found] ? found : null;

    public async Task<Compaction?> FindNewestAsync(string run, CompactionState state, CancellationToken cancellationToken) =>
        await WholeAsync(
            $"{Select} WHERE c.run_id = $1 AND c.state = $2 ORDER BY c.number DESC LIMIT 1",
            cancellationToken, run, state.ToString()) is [var found] ? found : null;

    public async Task<Compaction?> FindNewestTellingAsync(string run, CancellationToken cancellationToken) =>
        await WholeAsync(
            $"{Select} WHERE c.run_id = $1 AND c.state <> 'Begun' AND NOT c.is_provider_fault ORDER BY c.number DESC LIMIT 1",
            cancellationToken, run) is [var found] ? found : null;

    public Task<int?> FindSeenThroughAsync(string run, int turn, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find<int?>(
            "SELECT compaction FROM replies WHERE run_id = $1 AND turn = $2", reader => reader.IsDBNull(0) ? null : reader.GetInt32(0), run, turn),
        cancellationToken);

    public Task<IReadOnlyList<Compaction>> ListAsync(string run, CancellationToken cancellationToken) =>
        WholeAsync($"{Select} WHERE c.run_id = $1 ORDER BY c.number", cancellationToken, run);

    public Task<int?> BeginAttemptAsync(Compaction begun, int maxOutputTokens, CancellationToken cancellationToken) => database.WriteAsync<int?>(
        connection =>
        {
            // A person may have undone the basis since it was read; once one has begun, nobody can.
            int written = connection.Execute(
                """
                INSERT INTO compactions(run_id, number, turn, state, attempts_begun, max_output_tokens, tokens_counted, tokens_before, basis)
                SELECT $1, $2, $3, 'Begun', 1, $4, $5, $6, $7
                WHERE (SELECT max(number) FROM compactions WHERE run_id = $1 AND state = 'Active') IS NOT DISTINCT FROM $7
                ON CONFLICT(run_id, number) DO UPDATE SET attempts_begun = compactions.attempts_begun + 1
                """,
                begun.RunId, begun.Number, begun.Turn, maxOutputTokens, begun.TokensCounted, begun.TokensBefore, begun.Basis);
            if (written == 0)
            {
                return null;
            }

            database.Tell(connection, begun.RunId, new RunEvent(
                RunEventKind.Compacting, begun.Turn, $"compaction {begun.Number}: the conversation takes {begun.TokensCounted:N0} tokens"));
            return connection.Find(
                "SELECT max_output_tokens FROM compactions WHERE run_id = $1 AND number = $2",
                reader => reader.GetInt32(0),
                begun.RunId, begun.Number);
        },
        cancellationToken);

    public Task TellAsync(string run, RunEvent happened, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => database.Tell(connection, run, happened), cancellationToken);

    public async Task<Compaction> CommitAsync(Compaction ended, RunEvent happened, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> pinned = ended.Replacement is { } kept ? Encoding.UTF8.GetBytes(kept.Pinned) : default;
        (BlobRef Pinned, BlobRef Summary)? texts = ended.Replacement is null
            ? null
            : (await payloads.PrepareAsync(ended.RunId, "pinned", pinned, cancellationToken),
                await payloads.PrepareAsync(ended.RunId, "summary", ended.Replacement.Summary.Body, cancellationToken));
        await database.WriteAsync(
            connection =>
            {
                if (End(connection, ended, texts?.Pinned, texts?.Summary) == 1)
                {
                    if (texts is { } stored)
                    {
                        PayloadRows.Add(connection, ended.RunId, stored.Pinned, pinned);
                        PayloadRows.Add(connection, ended.RunId, stored.Summary, ended.Replacement!.Summary.Body);
                    }

                    RunRows.CountSpent(database, connection, ended.RunId, ended.Turn, ended.Usage, ended.TotalUsd);
                    if (ended.Lost.Count > 0)
                    {
                        RunRows.CountLost(connection, ended.RunId, ended.Lost);
                        database.Tell(connection, ended.RunId, new RunEvent(
                            RunEventKind.AnswerLost,
                            ended.Turn,
                            $"summaries that compaction {ended.Number} asked for and lost: {ended.Lost.Count}; they may be billed, so {Dollars.Of(ended.Lost.CostUsd)} count as spent"));
                    }

                    database.Tell(connection, ended.RunId, happened);
                }
            },
            cancellationToken);
        return (await FindAsync(ended.RunId, ended.Number, cancellationToken))!;
    }

    public Task<bool> UndoAsync(string run, int number, long tokens, RunEvent happened, string person, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            bool isUndone = Undo(connection, run, number, tokens);
            if (isUndone)
            {
                database.Tell(connection, run, happened);
                database.Note(connection, new AuditAct(person, AuditKind.CompactionUndone, $"{run}/{number}", run, happened.Text));
            }

            return isUndone;
        },
        cancellationToken);

    /// <summary>Undoes the newest compactions, as far as only another model than the reader can read them.</summary>
    /// <returns>Their numbers.</returns>
    internal static IReadOnlyList<int> UndoUnreadable(SqlSession connection, string run, Origin reader)
    {
        List<int> undone = [];
        while (NewestSealed(connection, run, reader) is { } newest && Undo(connection, run, newest.Number, newest.Tokens))
        {
            undone.Add(newest.Number);
        }

        return undone;
    }

    /// <summary>What is being made when its run ends will never be: the provider was asked, and nobody kept an answer.</summary>
    internal static void EndBegun(SqlSession connection, string run) => connection.Execute(
        """
        UPDATE compactions SET state = 'Failed', is_provider_fault = TRUE, failure = 'the run ended before there was a summary'
        WHERE run_id = $1 AND state = 'Begun'
        """,
        run);

    private static bool Undo(SqlSession connection, string run, int number, long tokens) => connection.Execute(
        """
        UPDATE compactions SET state = 'Undone', tokens_undone = $3
        WHERE run_id = $1 AND number = $2 AND state = 'Active'
          AND NOT EXISTS(SELECT 1 FROM compactions l WHERE l.run_id = $1 AND l.number > $2 AND l.state IN ('Active', 'Begun'))
          AND EXISTS(SELECT 1 FROM runs r WHERE r.run_id = $1 AND r.status IS NULL)
        """,
        run, number, tokens) == 1;

    /// <summary>The newest compaction in use, if its provider sealed it for another model than the reader.</summary>
    private static SealedCompaction? NewestSealed(SqlSession connection, string run, Origin reader) => connection.Find(
        """
        SELECT number, tokens_counted FROM compactions
        WHERE run_id = $1 AND number = (SELECT max(number) FROM compactions WHERE run_id = $1 AND state = 'Active')
          AND summary_kind = 'ProviderItem' AND NOT (summary_dialect IS NOT DISTINCT FROM $2 AND summary_model IS NOT DISTINCT FROM $3)
        """,
        row => new SealedCompaction(row.GetInt32(0), row.GetInt64(1)),
        run, reader.Dialect.ToString(), reader.Model);

    /// <summary>One that was never asked for has no row yet.</summary>
    private static int End(SqlSession connection, Compaction ended, BlobRef? pinned, BlobRef? summary) => connection.Execute(
        """
        INSERT INTO compactions(run_id, number, turn, state, attempts_begun, tokens_counted, tokens_before, tokens_after, input_tokens,
          cached_tokens, output_tokens, cost_nanousd, elapsed_ms, failure, is_provider_fault, through_turn, entries, pinned, summary, summary_kind, basis,
          summary_dialect, summary_model, lost_attempts, lost_nanousd)
        VALUES($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
        ON CONFLICT(run_id, number) DO UPDATE
        SET state = excluded.state, tokens_after = excluded.tokens_after, input_tokens = excluded.input_tokens,
          cached_tokens = excluded.cached_tokens, output_tokens = excluded.output_tokens, cost_nanousd = excluded.cost_nanousd,
          elapsed_ms = excluded.elapsed_ms, failure = excluded.failure, is_provider_fault = excluded.is_provider_fault,
          through_turn = excluded.through_turn, entries = excluded.entries, pinned = excluded.pinned, summary = excluded.summary,
          summary_kind = excluded.summary_kind, summary_dialect = excluded.summary_dialect, summary_model = excluded.summary_model,
          lost_attempts = excluded.lost_attempts, lost_nanousd = excluded.lost_nanousd
        WHERE compactions.state = 'Begun'
        """,
        ended.RunId, ended.Number, ended.Turn, ended.State.ToString(), ended.TokensCounted, ended.TokensBefore, ended.TokensAfter,
        ended.Usage.InputTokens, ended.Usage.CachedInputTokens, ended.Usage.OutputTokens, Money.ToNano(ended.CostUsd),
        (long)ended.Elapsed.TotalMilliseconds, ended.Failure, ended.IsProviderFault, ended.Replacement?.Through,
        ended.Replacement?.Entries, pinned?.Hash, summary?.Hash, ended.Replacement?.Summary.Kind.ToString(), ended.Basis,
        ended.Replacement?.Summary.Origin?.Dialect.ToString(), ended.Replacement?.Summary.Origin?.Model,
        ended.Lost.Count, Money.ToNano(ended.Lost.CostUsd));

    private async Task<IReadOnlyList<Compaction>> WholeAsync(string query, CancellationToken cancellationToken, params object?[] parameters)
    {
        IReadOnlyList<Row> rows = await database.ReadAsync(connection => connection.Query(query, Read, parameters), cancellationToken);
        var whole = new List<Compaction>(rows.Count);
        foreach (Row row in rows)
        {
            whole.Add(row.Texts is null ? row.Compaction : await WithTextsAsync(row.Compaction, row.Texts, cancellationToken));
        }

        return whole;
    }

    private async Task<Compaction> WithTextsAsync(Compaction compaction, Texts texts, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> pinned = await payloads.GetAsync(compaction.RunId, texts.Pinned, cancellationToken);
        ReadOnlyMemory<byte> summary = await payloads.GetAsync(compaction.RunId, texts.Summary, cancellationToken);
        var entry = new TranscriptEntry { Kind = texts.Kind, Turn = texts.Through, Body = summary, Origin = texts.Origin };
        return compaction with { Replacement = new Replacement(texts.Through, texts.Entries, Encoding.UTF8.GetString(pinned.Span), entry) };
    }

    private static Row Read(DbDataReader reader) => new(
        new Compaction
        {
            RunId = reader.GetString(0),
            Number = reader.GetInt32(1),
            Turn = reader.GetInt32(2),
            Basis = reader.IsDBNull(22) ? null : reader.GetInt32(22),
            State = Enum.Parse<CompactionState>(reader.GetString(3)),
            Attempts = reader.GetInt32(4),
            TokensCounted = reader.GetInt64(5),
            TokensBefore = reader.GetInt64(6),
            TokensAfter = reader.GetInt64(7),
            Usage = new TokenUsage(reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10)),
            CostUsd = Money.ToUsd(reader.GetInt64(11)),
            Elapsed = TimeSpan.FromMilliseconds(reader.GetInt64(12)),
            Failure = reader.IsDBNull(13) ? null : reader.GetString(13),
            IsProviderFault = reader.GetBoolean(14),
            TokensUndone = reader.IsDBNull(23) ? null : reader.GetInt64(23),
            MaxOutputTokens = reader.IsDBNull(26) ? null : reader.GetInt32(26),
            Lost = new LostAttempts(reader.GetInt32(27), Money.ToUsd(reader.GetInt64(28))),
        },
        reader.IsDBNull(15)
            ? null
            : new Texts(
                reader.GetInt32(15),
                reader.GetInt32(16),
                new BlobRef(reader.GetString(17), reader.GetInt64(18), "pinned"),
                new BlobRef(reader.GetString(19), reader.GetInt64(20), "summary"),
                Enum.Parse<EntryKind>(reader.GetString(21)),
                TranscriptRows.ReadOrigin(reader, 24)));

    /// <summary>A compaction whose texts are still to be read.</summary>
    private sealed record Row(Compaction Compaction, Texts? Texts);

    private sealed record SealedCompaction(int Number, long Tokens);

    private sealed record Texts(int Through, int Entries, BlobRef Pinned, BlobRef Summary, EntryKind Kind, Origin? Origin);
}
