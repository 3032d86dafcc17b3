using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Forks as copies of rows, in one transaction. What is copied is never changed once it is written.</summary>
internal sealed class ForkRows(RunDatabase database, RunRows runs, TranscriptRows transcripts, PayloadRows payloads) : IForkStore
{
    /// <summary>The compactions through which the model saw the conversation at a turn: the newest, and those it stands on.</summary>
    private const string SeenThrough =
        """
        WITH RECURSIVE seen(number) AS (
          SELECT compaction FROM replies WHERE run_id = $2 AND turn = $3 AND compaction IS NOT NULL
          UNION SELECT c.basis FROM compactions c JOIN seen ON c.number = seen.number WHERE c.run_id = $2 AND c.basis IS NOT NULL)
        """;

    /// <summary>Payloads that the copied rows refer to.</summary>
    private const string Referred =
        $"""
        {SeenThrough}
        SELECT hash, length, kind, body FROM payloads WHERE run_id = $2 AND hash IN (
          SELECT payload FROM transcript WHERE run_id = $2 AND turn <= $3
          UNION SELECT output FROM effects WHERE run_id = $2 AND turn <= $3
          UNION SELECT pinned FROM compactions WHERE run_id = $2 AND number IN (SELECT number FROM seen)
          UNION SELECT summary FROM compactions WHERE run_id = $2 AND number IN (SELECT number FROM seen))
        """;

    /// <summary>Approved plans of which the model has been told.</summary>
    private static readonly string ReadPlans =
        $"FROM transcript_keys k JOIN approvals a ON k.key = '{TranscriptKey.Review(string.Empty)}' || a.id AND a.kind = '{CheckpointKind.Plan}' AND a.state = '{ApprovalState.Approved}'";

    public Task<bool> HasPlanAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find($"SELECT 1 {ReadPlans} WHERE k.run_id = $1", reader => reader.GetInt32(0), run) == 1, cancellationToken);

    public Task<ForkPoint> FindPointAsync(string run, int turn, CancellationToken cancellationToken) => database.ReadAsync(
        connection =>
        {
            CommittedReply? reply = connection.Find(
                "SELECT reply FROM replies WHERE run_id = $1 AND turn = $2 AND reply IS NOT NULL",
                reader => JsonSerializer.Deserialize(reader.GetString(0), AgentJson.Default.CommittedReply),
                run, turn);
            int answered = connection.Find(
                "SELECT count(*) FROM transcript WHERE run_id = $1 AND turn = $2 AND kind = 'Observation'", reader => reader.GetInt32(0), run, turn);
            bool endsWithModel = connection.Find(
                "SELECT kind = 'ProviderItem' FROM transcript WHERE run_id = $1 AND turn <= $2 ORDER BY seq DESC LIMIT 1", reader => reader.GetBoolean(0), run, turn);
            return new ForkPoint(
                answered >= (reply?.Calls.Count ?? 0), endsWithModel, EffectRows.FindSnapshot(connection, run, turn), Beyond(connection, run, turn));
        },
        cancellationToken);

    public async Task<StoredSubmission> AddAsync(AdmittedTask fork, string? message, SubmissionKey key, CancellationToken cancellationToken)
    {
        ForkOf from = fork.Fork ?? throw new ArgumentException("It is no fork.", nameof(fork));
        await CopyFilesAsync(fork.RunId, from, cancellationToken);
        TranscriptRows.Prepared? said = message is null ? null : await transcripts.PrepareAsync(fork.RunId, [TranscriptEntry.User(from.Turn, message)], cancellationToken);
        return await database.WriteAsync(
            connection =>
            {
                StoredSubmission stored = runs.AddOnce(connection, fork, key);
                if (stored.RunId != fork.RunId)
                {
                    return stored;
                }

                if (connection.Find("SELECT purged_at IS NOT NULL FROM runs WHERE run_id = $1", reader => reader.GetBoolean(0), from.RunId))
                {
                    throw ForkException.OfPurged(from.RunId);
                }

                Copy(connection, fork.RunId, from);
                if (said is not null)
                {
                    TranscriptRows.Append(connection, fork.RunId, TranscriptKey.Fork, said);
                }

                connection.Execute(
                    """
                    UPDATE runs SET turns = $2, snapshot = (SELECT f.snapshot FROM runs f WHERE f.run_id = $3), tool_calls = (SELECT count(*) FROM transcript WHERE run_id = $1 AND kind = 'Observation')
                    WHERE run_id = $1
                    """,
                    fork.RunId, from.Turn, from.RunId);
                database.Tell(connection, fork.RunId, new RunEvent(RunEventKind.Forked, from.Turn, $"from run {from.RunId}, behind turn {from.Turn}"));
                return stored;
            },
            cancellationToken);
    }

    /// <summary>Payloads that are no rows must be kept before a row refers to them.</summary>
    private async Task CopyFilesAsync(string fork, ForkOf from, CancellationToken cancellationToken)
    {
        IReadOnlyList<BlobRef> files = await database.ReadAsync(
            connection => connection.Query(
                $"SELECT hash, length, kind FROM ({Referred}) AS referred WHERE body IS NULL AND CAST($1 AS TEXT) IS NOT NULL",
                reader => new BlobRef(reader.GetString(0), reader.GetInt64(1), reader.GetString(2)),
                fork, from.RunId, from.Turn),
            cancellationToken);
        foreach (BlobRef file in files)
        {
            await payloads.PrepareAsync(fork, file.Kind, await payloads.GetAsync(from.RunId, file, cancellationToken), cancellationToken);
        }
    }

    private static void Copy(SqlSession connection, string fork, ForkOf from)
    {
        object[] places = [fork, from.RunId, from.Turn];
        connection.Execute(
            """
            INSERT INTO transcript(run_id, seq, turn, kind, call_id, body, payload, dialect, model)
            SELECT $1, seq, turn, kind, call_id, body, payload, dialect, model FROM transcript WHERE run_id = $2 AND turn <= $3
            """,
            places);
        connection.Execute("INSERT INTO transcript_keys(run_id, key) SELECT $1, key FROM transcript_keys WHERE run_id = $2 AND key = $3", fork, from.RunId, TranscriptKey.Opening);
        connection.Execute($"INSERT INTO transcript_keys(run_id, key) SELECT $1, k.key {ReadPlans} WHERE k.run_id = $2 AND a.turn <= $3", places);
        connection.Execute(
            """
            INSERT INTO effects(effect_id, run_id, turn, call, revision, tool, class, args_hash, state, exit_code, end_reason, elapsed_ms, output,
              file_path, file_hash, signature, snapshot)
            SELECT $1 || substr(effect_id, length($2) + 1), $1, turn, call, revision, tool, class, args_hash, state, exit_code, end_reason, elapsed_ms,
              output, file_path, file_hash, signature, snapshot
            FROM effects WHERE run_id = $2 AND turn <= $3
            """,
            places);
        connection.Execute(
            $"""
            {SeenThrough}
            INSERT INTO compactions(run_id, number, turn, basis, state, attempts_begun, max_output_tokens, tokens_counted, tokens_before, tokens_after,
              through_turn, entries, pinned, summary, summary_kind, summary_dialect, summary_model)
            SELECT $1, number, turn, basis, 'Active', attempts_begun, max_output_tokens, tokens_counted, tokens_before, tokens_after,
              through_turn, entries, pinned, summary, summary_kind, summary_dialect, summary_model
            FROM compactions WHERE run_id = $2 AND number IN (SELECT number FROM seen)
            """,
            places);
        connection.Execute($"INSERT INTO payloads(run_id, hash, length, kind, body) SELECT $1, hash, length, kind, body FROM ({Referred}) AS referred", places);
    }

    private static IReadOnlyList<EffectOutside> Beyond(SqlSession connection, string run, int turn)
    {
        IReadOnlyList<(EffectId Effect, string Tool)> beyond = connection.Query(
            """
            SELECT turn, call, revision, tool FROM effects
            WHERE run_id = $1 AND turn > $2 AND class IN ('Egress', 'External') AND state <> 'NeverStarted' ORDER BY turn, call, revision
            """,
            reader => (new EffectId(run, reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2)), reader.GetString(3)),
            run, turn);
        return [.. beyond.Select(one => new EffectOutside(one.Effect, one.Tool, StartOf(connection, one.Effect) ?? one.Tool))];
    }

    private static string? StartOf(SqlSession connection, EffectId effect) => connection.Find(
        "SELECT text FROM events WHERE run_id = $1 AND kind = 'ToolStarted' AND effect = $2 LIMIT 1", reader => reader.GetString(0), effect.Run, effect.Folder);
}
