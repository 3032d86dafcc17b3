using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>Judges after an answer whether the conversation has become too long.</summary>
public sealed class CompactionNeed(ICompactionStore compactions, Prompts prompts, IModelCatalogue catalogue, IOptions<CompactionOptions> options)
{
    /// <summary>The share of a model's window that a conversation may take; the rest is for the summary's request, and for the next turn.</summary>
    private const decimal ShareOfWindow = 0.75m;

    /// <summary>With so much of the window taken, no growth is waited for: the next request might not fit.</summary>
    private const decimal ShareAtLast = 0.9m;

    /// <summary>Providers take no more than 100 pictures in a request, or 32 MB; long before that a model doesn't look at the first of them any more.</summary>
    private const int MostScreenshots = 80;
    private const long MostScreenshotBytes = 15L << 20;

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

        if (answer.ContextTokens <= ThresholdOf(task.Task, model) && !await ShowsTooManyScreensAsync(task, cancellationToken))
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

    private async Task<bool> ShowsTooManyScreensAsync(AdmittedTask task, CancellationToken cancellationToken) =>
        task.Task.Computer is not null && ShowsTooManyScreens((await prompts.ReadAsync(task.RunId, cancellationToken)).Entries);

    internal static bool ShowsTooManyScreens(IEnumerable<TranscriptEntry> entries)
    {
        TranscriptEntry[] screenshots = [.. entries.Where(entry => entry.Kind == EntryKind.Screenshot)];
        return screenshots.Length >= MostScreenshots || screenshots.Sum(entry => (long)entry.Body.Length) > MostScreenshotBytes;
    }

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
