using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>Reads what models are shown next.</summary>
public sealed class Prompts(ITranscriptStore transcripts, ICompactionStore compactions)
{
    /// <summary>The run's transcript as its newest compaction in use has it.</summary>
    public async Task<Prompt> ReadAsync(string run, CancellationToken cancellationToken) =>
        await ReadAsync(run, await compactions.FindNewestAsync(run, CompactionState.Active, cancellationToken), cancellationToken);

    /// <summary>The run's transcript as a certain compaction has it, whatever became of that; the full one for null.</summary>
    public async Task<Prompt> ReadAsync(string run, int? compaction, CancellationToken cancellationToken) => await ReadAsync(
        run, compaction is { } number ? await compactions.FindAsync(run, number, cancellationToken) : null, cancellationToken);

    /// <summary>What a compaction replaced is not even read: a turn costs the same, however long the run is.</summary>
    private async Task<Prompt> ReadAsync(string run, Compaction? compaction, CancellationToken cancellationToken) => Prompt.Of(
        compaction is { Replacement.Through: var through }
            ? await transcripts.ReadAfterAsync(run, through, cancellationToken)
            : await transcripts.ReadAsync(run, cancellationToken),
        compaction);
}
