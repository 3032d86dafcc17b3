using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>Has a run's next turn be shown again what a compaction was made from: the full conversation, or an earlier compaction of it.</summary>
public sealed class UndoCompaction(ITaskStore tasks, ICompactionStore compactions, ITranscriptStore transcripts, IModelCatalogue catalogue)
{
    /// <param name="run">A run that exists.</param>
    /// <param name="number">The compaction.</param>
    /// <param name="person">Who wants it undone.</param>
    /// <returns>Why it can't be undone; null if it is.</returns>
    public async Task<string?> TryAsync(string run, int number, string person, CancellationToken cancellationToken)
    {
        Compaction? wanted = await compactions.FindAsync(run, number, cancellationToken);
        if (wanted is not { State: CompactionState.Active })
        {
            return wanted is null ? $"Run {run} has no compaction {number}." : $"Compaction {number} of run {run} is not in use: it {InWords(wanted.State)}.";
        }

        ModelDescription model = catalogue.Resolve((await tasks.GetAsync(run, cancellationToken)).Model);
        long tokens = wanted.TokensCounted + await TokensSinceAsync(wanted, cancellationToken);
        if (tokens + model.LongestAnswer > model.ContextWindow)
        {
            return $"Without compaction {number} the conversation of run {run} takes about {tokens:N0} tokens; with an answer that doesn't fit into the model's window of {model.ContextWindow:N0}.";
        }

        var happened = new RunEvent(RunEventKind.CompactionUndone, wanted.Turn, $"compaction {number}, by {person}");
        return await compactions.UndoAsync(run, number, tokens, happened, person, cancellationToken)
            ? null
            : await WhyNotAsync(wanted, cancellationToken);
    }

    // The count ends with the answer of its turn; what tools and checks said to that came after.
    private async Task<long> TokensSinceAsync(Compaction compaction, CancellationToken cancellationToken) => TokenEstimate.Of(
        (await transcripts.ReadAsync(compaction.RunId, cancellationToken)).Reverse()
            .TakeWhile(entry => entry.Kind != EntryKind.ProviderItem || entry.Turn > compaction.Turn));

    private async Task<string> WhyNotAsync(Compaction wanted, CancellationToken cancellationToken)
    {
        Compaction? newest = await compactions.FindNewestAsync(wanted.RunId, CompactionState.Active, cancellationToken);
        Compaction? begun = await compactions.FindNewestAsync(wanted.RunId, CompactionState.Begun, cancellationToken);
        return (newest, begun) switch
        {
            ({ } later, _) when later.Number > wanted.Number =>
                $"Compaction {later.Number} of run {wanted.RunId} was made from compaction {wanted.Number}; undo {later.Number} first.",
            (_, { } underWay) => $"Compaction {underWay.Number} of run {wanted.RunId} is being made from it; try again when that is over.",
            _ => $"Run {wanted.RunId} is over, so it has no next turn.",
        };
    }

    private static string InWords(CompactionState state) => state switch
    {
        CompactionState.Begun => "is still being made",
        CompactionState.Active => "is in use",
        CompactionState.Undone => "was undone before",
        CompactionState.Failed => "failed",
    };
}
