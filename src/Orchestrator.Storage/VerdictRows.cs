using System.Text.Json;
using Orchestrator.Agent;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Storage;

/// <summary>Verdicts as rows.</summary>
internal sealed class VerdictRows(RunDatabase database, TranscriptRows transcripts) : IVerdictStore
{
    public Task<Verdict?> FindAsync(string run, int turn, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find(
            "SELECT verdict FROM verdicts WHERE run_id = $1 AND turn = $2",
            reader => JsonSerializer.Deserialize(reader.GetString(0), AgentJson.Default.Verdict),
            run, turn),
        cancellationToken);

    public async Task SaveAsync(
        string run, int turn, Verdict verdict, TranscriptEntry? told, RunEvent happened, CancellationToken cancellationToken)
    {
        TranscriptRows.Prepared prepared = transcripts.Prepare(run, told is null ? [] : [told]);
        await database.WriteAsync(
            connection =>
            {
                int saved = connection.Execute(
                    "INSERT INTO verdicts(run_id, turn, verdict) VALUES($1, $2, $3) ON CONFLICT DO NOTHING",
                    run, turn, JsonSerializer.Serialize(verdict, AgentJson.Default.Verdict));
                if (saved == 1)
                {
                    TranscriptRows.Append(connection, run, TranscriptKey.Verdict(turn), prepared);
                    database.Tell(connection, run, happened);
                }
            },
            cancellationToken);
    }
}
