using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Compactions;

/// <summary>Judges after an answer whether the conversation has become too long.</summary>
public sealed class CompactionNeed(ICompactionStore compactions, IModelCatalogue catalogue, IOptions<CompactionOptions> options)
{
    /// <summary>The share of a model's window that a conversation may take; the rest is for the summary's request, and for the next turn.</summary>
    private const decimal ShareOfWindow = 0.75m;

    /// <summary>With so much of the window taken, no growth is waited for: the next request might not fit.</summary>
    private const decimal ShareAtLast = 0.9m;

    /// <summary>After one that was of no use, or that a person took back, the conversation must grow before the next.</summary>
    private const decimal Growth = 1.25m;

    /// <returns>The tokens of the conversation, if they are too many; else null, and for a model that is no longer known: the next turn tells that.</returns>
    public async Task<long?> FindAsync(AdmittedTask task, TokenUsage answer, CancellationToken cancellationToken)
    {
        ModelDescription model;
        try
        {
            model = catalogue.Resolve(task.Model);
        }
        catch (UnknownModelException)
        {
            return null;
        }

        if (answer.ContextTokens <= ThresholdOf(task.Task, model))
        {
            return null;
        }

        Compaction? newest = await compactions.FindNewestTellingAsync(task.RunId, cancellationToken);
        return IsDue(answer.ContextTokens, newest, model.ContextWindow) ? answer.ContextTokens : null;
    }

    /// <summary>The tokens of a conversation above which it is compacted.</summary>
    public long ThresholdOf(AgentTask task, ModelDescription model) => Math.Min(
        task.Compaction.At ?? options.Value.At,
        Math.Min((long)(model.ContextWindow * ShareOfWindow), model.ContextWindow - model.LongestAnswer));

    internal static bool IsDue(long tokens, Compaction? newest, int window)
    {
        long? growsFrom = newest switch
        {
            { State: CompactionState.Undone } => newest.TokensUndone,
            { IsFutile: true } => newest.TokensCounted,
            _ => null,
        };
        return growsFrom is not { } from || tokens > Math.Min(from * Growth, window * ShareAtLast);
    }
}
