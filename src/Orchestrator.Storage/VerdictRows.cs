using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Verification;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Verdicts as rows.</summary>
internal sealed class VerdictRows(RunDatabase database, TranscriptRows transcripts) : IVerdictStore
{
    public Task<Verdict?> FindAsync(string run, int turn, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Find(connection, run, turn), cancellationToken);

    public async Task SaveAsync(
        string run, int turn, Verdict verdict, TranscriptEntry? told, RunEvent happened, CancellationToken cancellationToken)
    {
        TranscriptRows.Prepared prepared = await transcripts.PrepareAsync(run, told is null ? [] : [told], cancellationToken);
        await database.WriteAsync(
            connection =>
            {
                if (Find(connection, run, turn) is { } known && known.Revision >= verdict.Revision)
                {
                    return;
                }

                connection.Execute(
                    "INSERT INTO verdicts(run_id, turn, verdict) VALUES($1, $2, $3) ON CONFLICT(run_id, turn) DO UPDATE SET verdict = $3",
                    run, turn, JsonSerializer.Serialize(verdict, AgentJson.Default.Verdict));
                TranscriptRows.Append(connection, run, TranscriptKey.Verdict(turn, verdict.Revision), prepared);
                database.Tell(connection, run, happened);
            },
            cancellationToken);
    }

    private static Verdict? Find(SqlSession connection, string run, int turn) => connection.Find(
        "SELECT verdict FROM verdicts WHERE run_id = $1 AND turn = $2",
        reader => JsonSerializer.Deserialize(reader.GetString(0), AgentJson.Default.Verdict),
        run, turn);
}
