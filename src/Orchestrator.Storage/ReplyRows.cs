using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Models;
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

    public Task<TurnAttempts> TakeUpAsync(string run, int turn, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (ReadAttempts(connection, run, turn) is { ResponseId: null })
            {
                EndAttempt(connection, run, turn, isLost: true);
            }

            return ReadAttempts(connection, run, turn) ?? new TurnAttempts(null, LostAttempts.None, null);
        },
        cancellationToken);

    public Task<RequestTerms> BeginAttemptAsync(string run, int turn, RequestTerms terms, decimal reservedUsd, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                connection.Execute(
                    """
                    INSERT INTO replies(run_id, turn, attempts_begun, max_output_tokens, compaction, reserved_nanousd) VALUES($1, $2, 1, $3, $4, $5)
                    ON CONFLICT(run_id, turn) DO UPDATE
                    SET attempts_begun = replies.attempts_begun + 1, max_output_tokens = coalesce(replies.max_output_tokens, excluded.max_output_tokens),
                      compaction = CASE WHEN replies.max_output_tokens IS NULL THEN excluded.compaction ELSE replies.compaction END,
                      reserved_nanousd = excluded.reserved_nanousd
                    """,
                    run, turn, terms.MaxOutputTokens, terms.Compaction, Money.ToNano(reservedUsd));
                return ReadAttempts(connection, run, turn)!.Terms!;
            },
            cancellationToken);

    public Task KeepResponseAsync(string run, int turn, string responseId, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute("UPDATE replies SET response_id = $3 WHERE run_id = $1 AND turn = $2 AND reply IS NULL", run, turn, responseId),
        cancellationToken);

    public Task EndAttemptAsync(string run, int turn, bool isLost, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => EndAttempt(connection, run, turn, isLost), cancellationToken);

    public Task RestateAsync(string run, int turn, TakeOver? takesOver, RunEvent happened, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            if (Find(connection, run, turn) is not null || (takesOver is not null && !RunRows.TakeOver(connection, run, takesOver)))
            {
                return;
            }

            connection.Execute("UPDATE replies SET max_output_tokens = NULL WHERE run_id = $1 AND turn = $2 AND reply IS NULL", run, turn);
            database.Tell(connection, run, happened);
            foreach (int compaction in takesOver is null ? [] : CompactionRows.UndoUnreadable(connection, run, takesOver.Reader))
            {
                database.Tell(connection, run, new RunEvent(RunEventKind.CompactionUndone, turn, $"compaction {compaction}, which {takesOver!.To} can't read"));
            }
        },
        cancellationToken);

    public Task TellAsync(string run, RunEvent happened, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => database.Tell(connection, run, happened), cancellationToken);

    public async Task<CommittedReply> CommitAsync(
        CommittedReply reply, IReadOnlyList<TranscriptEntry> entries, IReadOnlyList<RunEvent> happened, CancellationToken cancellationToken)
    {
        TranscriptRows.Prepared prepared = await transcripts.PrepareAsync(reply.RunId, entries, cancellationToken);
        return await database.WriteAsync(
            connection =>
            {
                int won = connection.Execute(
                    "UPDATE replies SET reply = $3, reserved_nanousd = NULL WHERE run_id = $1 AND turn = $2 AND reply IS NULL",
                    reply.RunId, reply.Turn, JsonSerializer.Serialize(reply, AgentJson.Default.CommittedReply));
                if (won == 1)
                {
                    TranscriptRows.Append(connection, reply.RunId, TranscriptKey.Reply(reply.Turn), prepared);
                    connection.Execute("UPDATE runs SET turns = turns + 1 WHERE run_id = $1", reply.RunId);
                    RunRows.CountSpent(database, connection, reply.RunId, reply.Turn, reply.Usage, reply.CostUsd);
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

    private static CommittedReply? Find(SqlSession connection, string run, int turn) => connection.Find(
        "SELECT reply FROM replies WHERE run_id = $1 AND turn = $2 AND reply IS NOT NULL",
        reader => JsonSerializer.Deserialize(reader.GetString(0), AgentJson.Default.CommittedReply),
        run, turn);

    private static TurnAttempts? ReadAttempts(SqlSession connection, string run, int turn) => connection.Find(
        "SELECT max_output_tokens, compaction, lost_attempts, lost_nanousd, response_id FROM replies WHERE run_id = $1 AND turn = $2",
        reader => new TurnAttempts(
            reader.IsDBNull(0) ? null : new RequestTerms(reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt32(1)),
            new LostAttempts(reader.GetInt32(2), Money.ToUsd(reader.GetInt64(3))),
            reader.IsDBNull(4) ? null : reader.GetString(4)),
        run, turn);

    /// <summary>Ends the attempt that is under way, if one is.</summary>
    private void EndAttempt(SqlSession connection, string run, int turn, bool isLost)
    {
        long? reserved = connection.Find(
            "SELECT reserved_nanousd FROM replies WHERE run_id = $1 AND turn = $2 AND reserved_nanousd IS NOT NULL AND reply IS NULL",
            reader => (long?)reader.GetInt64(0),
            run, turn);
        if (reserved is not { } nano)
        {
            return;
        }

        connection.Execute("UPDATE replies SET reserved_nanousd = NULL, response_id = NULL WHERE run_id = $1 AND turn = $2", run, turn);
        if (isLost)
        {
            connection.Execute(
                "UPDATE replies SET lost_attempts = lost_attempts + 1, lost_nanousd = lost_nanousd + $3 WHERE run_id = $1 AND turn = $2", run, turn, nano);
            RunRows.CountLost(connection, run, new LostAttempts(1, Money.ToUsd(nano)));
            RunRows.CountSpent(database, connection, run, turn, TokenUsage.None, Money.ToUsd(nano));
            string text = $"the answer that was asked for was lost before it was kept; it may be billed, so {Dollars.Of(Money.ToUsd(nano))} count as spent";
            database.Tell(connection, run, new RunEvent(RunEventKind.AnswerLost, turn, text));
        }
    }
}
