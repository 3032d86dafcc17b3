using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Turns;

/// <summary>
/// Clears away what keeps a turn from being answered, where the run itself can: a conversation that is too long is compacted, a model
/// that can't be asked gives way to the next of its task's fallbacks.
/// </summary>
public sealed class ModelObstacles(
    IReplyStore replies, ICompactionStore compactions, Prompts prompts, CompactionNeed need, Fallback fallback, IModelCatalogue catalogue)
{
    /// <returns>How the turn is taken again; null if that would be of no use.</returns>
    public async Task<ModelTurn?> ClearAsync(AdmittedTask task, AskModelInput input, ProviderException failure, CancellationToken cancellationToken)
    {
        if (failure.Failure == ProviderFailure.ContextTooLong)
        {
            return await HaveCompactedAsync(input, failure, cancellationToken);
        }

        bool isWorthWaiting = failure.RetryAfter is { } asked && ProviderWait.Of(asked, input.Waits) < Fallback.LongestWait;
        return failure.IsProviderFault && !isWorthWaiting && await fallback.NextAsync(task, cancellationToken) is { } next
            ? await HandOverAsync(task, input, next, failure, cancellationToken)
            : null;
    }

    private async Task<ModelTurn> HaveCompactedAsync(AskModelInput input, ProviderException failure, CancellationToken cancellationToken)
    {
        Prompt prompt = await prompts.ReadAsync(input.RunId, cancellationToken);
        var happened = new RunEvent(RunEventKind.TooLong, input.Turn, failure.Message);
        await replies.RestateAsync(input.RunId, input.Turn, takesOver: null, happened, cancellationToken);
        return new ModelTurn { Outcome = AskOutcome.IsTooLong, Failure = failure.Message, TokensToCompact = TokenEstimate.Of(prompt.Entries) };
    }

    private async Task<ModelTurn> HandOverAsync(
        AdmittedTask task, AskModelInput input, string next, ProviderException failure, CancellationToken cancellationToken)
    {
        // An answer of the model before that could still be fetched is not waited for any longer.
        await replies.EndAttemptAsync(input.RunId, input.Turn, isLost: true, cancellationToken);
        string reason = $"It took over from {task.Model} in turn {input.Turn}: {failure.Message}";
        var happened = new RunEvent(RunEventKind.TakenOver, input.Turn, $"{next} takes over from {task.Model}: {failure.Message}");
        await replies.RestateAsync(input.RunId, input.Turn, new TakeOver(task.Model, next, reason), happened, cancellationToken);
        await UndoUnreadableAsync(input, next, cancellationToken);

        Prompt prompt = await prompts.ReadAsync(input.RunId, cancellationToken);
        var shown = new TokenUsage(TokenEstimate.Of(prompt.Entries), 0, 0);
        return new ModelTurn
        {
            Outcome = AskOutcome.IsTakenOver,
            TokensToCompact = await need.FindAsync(task with { Model = next }, shown, cancellationToken),
        };
    }

    /// <summary>A compaction that only its provider can read tells the next model nothing: it is shown what that was made from.</summary>
    private async Task UndoUnreadableAsync(AskModelInput input, string next, CancellationToken cancellationToken)
    {
        Origin reader = catalogue.Resolve(next).Origin;
        bool mayBeMore = true;
        while (mayBeMore && await compactions.FindNewestAsync(input.RunId, CompactionState.Active, cancellationToken) is { } active
            && active.Replacement!.Summary is { Kind: EntryKind.ProviderItem } summary && summary.Origin != reader)
        {
            mayBeMore = await compactions.UndoAsync(
                input.RunId,
                active.Number,
                active.TokensCounted,
                new RunEvent(RunEventKind.CompactionUndone, input.Turn, $"compaction {active.Number}, which {next} can't read"),
                cancellationToken);
        }
    }
}
