using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>Reads what models are shown next.</summary>
public sealed class Prompts(ITranscriptStore transcripts, ICompactionStore compactions)
{
    /// <summary>The run's transcript as its newest compaction in use has it.</summary>
    public async Task<Prompt> ReadAsync(string run, CancellationToken cancellationToken) => Prompt.Of(
        await transcripts.ReadAsync(run, cancellationToken),
        await compactions.FindNewestAsync(run, CompactionState.Active, cancellationToken));

    /// <summary>The run's transcript as a certain compaction has it, whatever became of that; the full one for null.</summary>
    public async Task<Prompt> ReadAsync(string run, int? compaction, CancellationToken cancellationToken) => Prompt.Of(
        await transcripts.ReadAsync(run, cancellationToken),
        compaction is { } number ? await compactions.FindAsync(run, number, cancellationToken) : null);
}
