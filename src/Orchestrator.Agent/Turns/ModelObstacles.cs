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
    IReplyStore replies, Prompts prompts, CompactionNeed need, Fallback fallback, IModelCatalogue catalogue)
{
    /// <returns>How the turn is taken again; null if that would be of no use.</returns>
    public async Task<ModelTurn?> ClearAsync(AdmittedTask task, AskModelInput input, ProviderException failure, CancellationToken cancellationToken)
    {
        if (failure.Failure == ProviderFailure.ContextTooLong)
        {
            return await HaveCompactedAsync(input, failure, cancellationToken);
        }

        // A request that is called wrong is our mistake: another model would be handed the same one.
        bool isOurFault = failure.Failure == ProviderFailure.Misconfigured;
        bool isWorthWaiting = failure.RetryAfter is { } asked && ProviderWait.Of(asked, input.Waits) < Fallback.LongestWait;
        return failure.IsProviderFault && !isOurFault && !isWorthWaiting && await fallback.NextAsync(task, cancellationToken) is { } next
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
        var takesOver = new TakeOver(task.Model, next, catalogue.Resolve(next).Origin, reason);
        await replies.RestateAsync(input.RunId, input.Turn, takesOver, happened, cancellationToken);

        Prompt prompt = await prompts.ReadAsync(input.RunId, cancellationToken);
        var shown = new TokenUsage(TokenEstimate.Of(prompt.Entries), 0, 0);
        return new ModelTurn
        {
            Outcome = AskOutcome.IsTakenOver,
            TokensToCompact = await need.FindAsync(task with { Model = next }, shown, cancellationToken),
        };
    }
}
