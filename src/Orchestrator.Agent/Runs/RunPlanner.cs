using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Estimates;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs;

/// <summary>What a run would be, before anything is stored or spent.</summary>
/// <param name="BaseCommit">The commit it starts from.</param>
/// <param name="Route">Who works on it.</param>
/// <param name="Estimate">What it may cost.</param>
/// <param name="Served">The servers' tools that it is offered.</param>
public sealed record RunPlan(string BaseCommit, Route Route, Estimate Estimate, IReadOnlyList<ServerTool> Served);

/// <summary>Finds out where a run would start, who would work on it, and what it may cost.</summary>
public sealed class RunPlanner(Router router, Toolbox toolbox, IRunStore runs, CompactionNeed compaction, LandingCheck landing)
{
    /// <summary>Runs that experience is drawn from.</summary>
    private const int NewestRuns = 50;

    /// <summary>Tokens of what all tasks are told, beside what is theirs.</summary>
    private const long TemplateTokens = 600;

    /// <exception cref="TaskFileException">The task is wrong.</exception>
    /// <exception cref="RoutingFileException">The deployment's routing is wrong.</exception>
    /// <exception cref="UnknownModelException">Nobody knows its model.</exception>
    /// <exception cref="ProviderException">No provider's key is set.</exception>
    /// <exception cref="EnvironmentException">A server of tools can't be asked, or a token to push with is missing.</exception>
    public async Task<RunPlan> PlanAsync(AgentTask task, CancellationToken cancellationToken)
    {
        string commit = await SourceRepository.ResolveAsync(task.Workspace, cancellationToken);
        await landing.CheckAsync(task, cancellationToken);
        long[] context = await ContextBytesAsync(task, commit, cancellationToken);
        Route route = router.Choose(task, context.Sum());
        CheckModel(task, route.Model);
        IReadOnlyList<ServerTool> served = await toolbox.ListServedAsync(task.Mcp, cancellationToken);
        long opening = TemplateTokens
            + TokenEstimate.OfInput([TranscriptEntry.User(0, task.Objective)], toolbox.Definitions(task, task.MostSubAgents > 0, served), last: null)
            + TokenEstimate.OfBytes(context.Sum(bytes => Math.Min(bytes, Observation.ShownCharacters)));
        IEnumerable<RunSummary> accepted = (await runs.ListAsync(cancellationToken)).Where(run => run.Status == RunStatus.Accepted).Take(NewestRuns);
        var experience = Experience.Of([.. accepted.Select(run => (run.Turns, run.Usage))], opening);
        return new RunPlan(commit, route, Estimate.Of(route.Model, opening, compaction.ThresholdOf(task, route.Model), experience), served);
    }

    /// <summary>Whether the model can do what the task wants of it.</summary>
    private void CheckModel(AgentTask task, ModelDescription model)
    {
        if (model.Prices is null && task.Budget.Usd is not null)
        {
            throw new TaskFileException($"budget.usd: the model {model.Id} has no known price, so dollars can't be counted; limit turns or wallClock instead.");
        }

        if (task.Compaction.Way == CompactionWay.Provider && model.CompactsFrom is null)
        {
            throw new TaskFileException($"compaction.way: the endpoint of the model {model.Id} has no compaction of its own; use 'summary'.");
        }

        if (task.Compaction.Way == CompactionWay.Provider && compaction.ThresholdOf(task, model) < model.CompactsFrom)
        {
            throw new TaskFileException(
                $"compaction.way: the endpoint of the model {model.Id} compacts conversations of {model.CompactsFrom:N0} tokens and more; raise compaction.at, or use 'summary'.");
        }

        if (task.Background == BackgroundUse.Always && !model.TakesBackground)
        {
            throw new TaskFileException($"model.background: the endpoint of the model {model.Id} does not work in the background; leave it out.");
        }
    }

    private static async Task<long[]> ContextBytesAsync(AgentTask task, string commit, CancellationToken cancellationToken)
    {
        var bytes = new List<long>();
        foreach (string path in task.Context)
        {
            bytes.Add(await SourceRepository.SizeOfAsync(task.Workspace, commit, path, cancellationToken) ?? throw new TaskFileException(
                $"context: {path} is not in {task.Workspace.Source} at {commit[..12]}; name a file that is committed there."));
        }

        return [.. bytes];
    }
}
