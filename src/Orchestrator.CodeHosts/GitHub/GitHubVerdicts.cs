using Octokit;
using Orchestrator.Agent.Runs.Landings;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>The verdict beside a commit: a check run, which only Apps may make, or a commit status. It is looked for before it is made.</summary>
internal static class GitHubVerdicts
{
    /// <summary>What it is called.</summary>
    public const string Name = "orchestrator";

    /// <summary>By which a check run of ours is told from another of that name.</summary>
    private const string Id = "orchestrator:verdict";

    /// <param name="api">Who asks.</param>
    /// <param name="repository">Where.</param>
    /// <param name="mark">What is to stand there.</param>
    /// <param name="asApp">Who asks is an App.</param>
    /// <returns>False if it stood there already.</returns>
    public static async Task<bool> MarkAsync(ApiConnection api, GitHubRepository repository, CommitMark mark, bool asApp)
    {
        try
        {
            if (asApp)
            {
                return await CheckAsync(new CheckRunsClient(api), repository, mark);
            }
        }
        catch (ForbiddenException lacking) when (lacking.GetType() == typeof(ForbiddenException))
        {
            // It was installed before it asked for the right to write checks, and nobody has granted that since.
        }

        return await StateAsync(new CommitStatusClient(api), repository, mark);
    }

    private static async Task<bool> CheckAsync(CheckRunsClient client, GitHubRepository repository, CommitMark mark)
    {
        CheckRunsResponse there = await client.GetAllForReference(repository.Owner, repository.Name, mark.Commit, new CheckRunRequest { CheckName = Name });
        CheckRun? own = there.CheckRuns.FirstOrDefault(run => run.ExternalId == Id);
        if (own is { Conclusion: { } conclusion } && conclusion.Value == CheckConclusion.Success && own.Output.Title == mark.Text)
        {
            return false;
        }

        var output = new NewCheckRunOutput(mark.Text, "What was verified, and how, is in the pull request.");
        if (own is null)
        {
            await client.Create(repository.Owner, repository.Name, new NewCheckRun(Name, mark.Commit)
            {
                ExternalId = Id,
                Status = CheckStatus.Completed,
                Conclusion = CheckConclusion.Success,
                DetailsUrl = mark.Link?.ToString(),
                Output = output,
            });
        }
        else
        {
            await client.Update(repository.Owner, repository.Name, own.Id, new CheckRunUpdate
            {
                Status = CheckStatus.Completed,
                Conclusion = CheckConclusion.Success,
                DetailsUrl = mark.Link?.ToString(),
                Output = output,
            });
        }

        return true;
    }

    private static async Task<bool> StateAsync(CommitStatusClient client, GitHubRepository repository, CommitMark mark)
    {
        IReadOnlyList<CommitStatus> there = await client.GetAll(repository.Owner, repository.Name, mark.Commit);
        if (there.FirstOrDefault(status => status.Context == Name) is { } newest && newest.State.Value == CommitState.Success && newest.Description == mark.Text)
        {
            return false;
        }

        await client.Create(repository.Owner, repository.Name, mark.Commit, new NewCommitStatus
        {
            Context = Name,
            State = CommitState.Success,
            Description = mark.Text,
            TargetUrl = mark.Link?.ToString(),
        });
        return true;
    }
}
