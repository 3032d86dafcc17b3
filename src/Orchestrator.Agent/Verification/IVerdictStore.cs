using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Verification;

/// <summary>The verdicts of a run: of each submission the newest.</summary>
public interface IVerdictStore
{
    Task<Verdict?> FindAsync(string run, int turn, CancellationToken cancellationToken);

    /// <summary>Keeps a verdict together with what the model is told of it; of those of a turn the first of its highest revision stays.</summary>
    /// <param name="told">What the model reads next; null if the submission was accepted.</param>
    Task SaveAsync(string run, int turn, Verdict verdict, TranscriptEntry? told, RunEvent happened, CancellationToken cancellationToken);
}
