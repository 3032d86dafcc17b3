using Octokit;
using Orchestrator.Agent.Runs.Landings;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>What check runs and commit statuses say of a commit, and what the jobs behind them wrote.</summary>
internal static class GitHubChecks
{
    public static async Task<IReadOnlyList<PipelineCheck>> FindAsync(ApiConnection api, GitHubRepository repository, string commit)
    {
        CheckRunsResponse runs = await new CheckRunsClient(api).GetAllForReference(repository.Owner, repository.Name, commit);
        CombinedCommitStatus statuses = await new CommitStatusClient(api).GetCombined(repository.Owner, repository.Name, commit);
        return
        [
            .. runs.CheckRuns.Where(run => run.Name != GitHubVerdicts.Name)
                .Select(run => new PipelineCheck(run.Name, StateOf(run), run.Id, run.Output?.Summary ?? run.Output?.Title)),
            .. statuses.Statuses.Where(status => status.Context != GitHubVerdicts.Name)
                .Select(status => new PipelineCheck(status.Context, StateOf(status.State.Value), null, status.Description)),
        ];
    }

    /// <summary>A check run of GitHub's own pipelines has the number of its job; those of others have no log there.</summary>
    public static async Task<string> ReadAsync(ApiConnection api, GitHubRepository repository, PipelineCheck check)
    {
        if (check.Log is { } job)
        {
            try
            {
                return await new ActionsWorkflowJobsClient(api).GetLogs(repository.Owner, repository.Name, job);
            }
            catch (NotFoundException)
            {
                // It is kept elsewhere.
            }
        }

        return check.Said ?? "(it keeps no log there)";
    }

    private static PipelineState StateOf(CheckRun run) => run switch
    {
        { Status.Value: not CheckStatus.Completed } => PipelineState.Pending,
        { Conclusion: { } conclusion } when conclusion.Value is CheckConclusion.Success or CheckConclusion.Neutral or CheckConclusion.Skipped => PipelineState.Passed,
        _ => PipelineState.Failed,
    };

    private static PipelineState StateOf(CommitState state) => state switch
    {
        CommitState.Pending => PipelineState.Pending,
        CommitState.Success => PipelineState.Passed,
        _ => PipelineState.Failed,
    };
}
