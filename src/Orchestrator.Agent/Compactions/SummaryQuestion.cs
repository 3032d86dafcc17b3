using Orchestrator.Agent.Models;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>Asks a run's model for a summary, in the way that its task wants: prompt and tools as in a turn, and a question behind them.</summary>
public sealed class SummaryQuestion(
    IModelClient client, IModelCatalogue catalogue, ICompactionStore compactions, ISteeringStore steering, IEnumerable<ISummarizer> summarizers, Toolbox toolbox)
{
    /// <summary>The tools that the run is offered in its turns.</summary>
    public IReadOnlyList<ToolDefinition> ToolsOf(AdmittedTask task) => toolbox.Definitions(task.Task, task.Delegates, task.Served);

    /// <summary>The model that is asked.</summary>
    public ModelDescription ModelOf(AdmittedTask task) => catalogue.Resolve(task.Model);

    /// <summary>As the task wants it, but for a model whose endpoint has no compaction of its own, as one that took over, or none for so short a conversation.</summary>
    public ISummarizer SummarizerOf(AdmittedTask task, Compaction begun)
    {
        CompactionWay way = begun.TokensCounted >= ModelOf(task).CompactsFrom ? task.Task.Compaction.Way : CompactionWay.Summary;
        return summarizers.First(summarizer => summarizer.Way == way);
    }

    /// <summary>What of a prompt the model can be shown for a summary: where all of it doesn't fit, its oldest turns are left out.</summary>
    /// <param name="task">The run's task.</param>
    /// <param name="prompt">What the model is shown now.</param>
    /// <param name="counted">The tokens of that.</param>
    /// <param name="wasRefused">The model refused it as too long, whatever is known of its window.</param>
    /// <returns>That, and the tokens of the question's input at most.</returns>
    public (Prompt Prompt, long Tokens) Fitting(AdmittedTask task, Prompt prompt, long counted, bool wasRefused)
    {
        long tokens = TokenEstimate.OfInput(prompt.Entries, tools: [], new TokenUsage(counted, 0, 0)) + LongestQuestion;
        ModelDescription model = ModelOf(task);
        long room = model.ContextWindow - model.LongestAnswer;
        room = Math.Max(wasRefused ? Math.Min(room, tokens / 2) : room, 0);
        if (tokens <= room)
        {
            return (prompt, tokens);
        }

        Prompt shortened = prompt.Shortened((decimal)room / tokens);
        decimal left = (decimal)TokenEstimate.Of(shortened.Entries) / Math.Max(TokenEstimate.Of(prompt.Entries), 1);
        return (shortened, (long)decimal.Ceiling(tokens * left) + LongestQuestion);
    }

    /// <exception cref="ProviderException">There was no answer.</exception>
    public Task<ModelReply> AskAsync(
        AdmittedTask task, Compaction begun, Prompt prompt, int maxOutputTokens, ModelCall call, CancellationToken cancellationToken) =>
        client.AskAsync(
            new ModelRequest
            {
                Model = task.Model,
                Prompt = [.. TranscriptEntry.PromptOf(prompt.Entries), SummarizerOf(task, begun).Question],
                Tools = ToolsOf(task),
                CacheKey = task.RunId,
                MaxOutputTokens = maxOutputTokens,
                Sending = async token =>
                {
                    await steering.ThrowIfHeldAsync(task.RunId, token);
                    await call.BeginAsync();
                },
                Retrying = (told, token) =>
                {
                    call.End();
                    return TellAsync(task, begun, RunEventKind.ProviderRetried, told, token);
                },
                Waiting = (told, token) => TellAsync(task, begun, RunEventKind.ProviderHeldBack, told, token),
            },
            cancellationToken);

    private Task TellAsync(AdmittedTask task, Compaction begun, RunEventKind kind, string told, CancellationToken cancellationToken) =>
        compactions.TellAsync(task.RunId, new RunEvent(kind, begun.Turn, told), cancellationToken);

    /// <summary>Tokens: more than any of our questions takes.</summary>
    private const long LongestQuestion = 1_000;
}
