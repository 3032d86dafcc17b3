using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Model answers as rows; an answer, its transcript entries and its cost are one transaction.</summary>
internal sealed class ReplyRows(RunDatabase database, TranscriptRows transcripts) : IReplyStore
{
    public Task<CommittedReply?> FindAsync(string run, int turn, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, run, turn), cancellationToken);

    public Task<IReadOnlyList<CommittedReply>> ListAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Query(
            "SELECT reply FROM replies WHERE run_id = $1 AND reply IS NOT NULL ORDER BY turn",
            reader => JsonSerializer.Deserialize(reader.GetString(0), AgentJson.Default.CommittedReply)!,
            run),
        cancellationToken);

    public Task<RequestTerms> BeginAttemptAsync(string run, int turn, RequestTerms terms, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            connection.Execute(
                """
                INSERT INTO replies(run_id, turn, attempts_begun, max_output_tokens, compaction) VALUES($1, $2, 1, $3, $4)
                ON CONFLICT(run_id, turn) DO UPDATE
                SET attempts_begun = attempts_begun + 1, max_output_tokens = coalesce(max_output_tokens, excluded.max_output_tokens),
                  compaction = CASE WHEN max_output_tokens IS NULL THEN excluded.compaction ELSE compaction END
                """,
                run, turn, terms.MaxOutputTokens, terms.Compaction);
            return connection.Find(
                "SELECT max_output_tokens, compaction FROM replies WHERE run_id = $1 AND turn = $2",
                reader => new RequestTerms(reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt32(1)),
                run, turn)!;
        },
        cancellationToken);

    public Task RestateAsync(string run, int turn, TakeOver? takesOver, RunEvent happened, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (takesOver is not null && !RunRows.TakeOver(connection, run, takesOver))
            {
                return;
            }

            connection.Execute("UPDATE replies SET max_output_tokens = NULL WHERE run_id = $1 AND turn = $2 AND reply IS NULL", run, turn);
            database.Tell(connection, run, happened);
        },
        cancellationToken);

    public Task TellAsync(string run, RunEvent happened, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => database.Tell(connection, run, happened), cancellationToken);

    public async Task<CommittedReply> CommitAsync(
        CommittedReply reply, IReadOnlyList<TranscriptEntry> entries, IReadOnlyList<RunEvent> happened, CancellationToken cancellationToken)
    {
        TranscriptRows.Prepared prepared = transcripts.Prepare(reply.RunId, entries);
        return await database.WriteAsync(
            connection =>
            {
                int won = connection.Execute(
                    "UPDATE replies SET reply = $3 WHERE run_id = $1 AND turn = $2 AND reply IS NULL",
                    reply.RunId, reply.Turn, JsonSerializer.Serialize(reply, AgentJson.Default.CommittedReply));
                if (won == 1)
                {
                    TranscriptRows.Append(connection, reply.RunId, TranscriptKey.Reply(reply.Turn), prepared);
                    connection.Execute("UPDATE runs SET turns = turns + 1 WHERE run_id = $1", reply.RunId);
                    RunRows.CountSpent(connection, reply.RunId, reply.Usage, reply.CostUsd);
                    foreach (RunEvent told in happened)
                    {
                        database.Tell(connection, reply.RunId, told);
                    }
                }

                return Find(connection, reply.RunId, reply.Turn)
                    ?? throw new InvalidOperationException($"Turn {reply.Turn} of run {reply.RunId} was committed without an attempt.");
            },
            cancellationToken);
    }

    private static CommittedReply? Find(PreparedConnection connection, string run, int turn) => connection.Find(
        "SELECT reply FROM replies WHERE run_id = $1 AND turn = $2 AND reply IS NOT NULL",
        reader => JsonSerializer.Deserialize(reader.GetString(0), AgentJson.Default.CommittedReply),
        run, turn);
}
