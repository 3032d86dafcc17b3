using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Verification;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>Which verified tree is to be pushed.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Turn">The turn whose submission was verified.</param>
/// <param name="Attempt">How often it was tried before.</param>
/// <param name="Verdict">The evidence.</param>
public sealed record PlanLandingInput(string RunId, int Turn, int Attempt, Verdict Verdict)
{
    /// <summary>What the run has pushed already; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Landing? Before { get; init; }
}

/// <summary>Makes the commit that would be pushed, and looks what the remote has; nothing is sent.</summary>
public sealed class PlanLanding(ITaskStore tasks, Remotes remotes, AgentCommits commits, Redactor redactor, IOptions<LandingOptions> options, DataFolder data)
    : TaskActivity<PlanLandingInput, LandingPlan>
{
    public override async Task<LandingPlan> RunAsync(TaskActivityContext context, PlanLandingInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(input.RunId, cancellationToken);
        LandTerms terms = admitted.Task.Land;
        Workspace workspace = WorkspaceTree.Of(data, input.RunId);
        RemoteAddress address = await OpenAsync(admitted.Task, cancellationToken);
        string branch = input.Before?.Branch ?? terms.BranchOf(input.RunId);
        Task<IReadOnlyDictionary<string, string>> FindAsync(params IEnumerable<string> branches) =>
            remotes.AskAsync(workspace.Git, address, remote => remote.FindAsync(branches, cancellationToken), cancellationToken);
        IReadOnlyDictionary<string, string> there = await FindAsync(branch, terms.Base ?? branch);
        string? onto = terms.Base ?? there.GetValueOrDefault(RemoteRepository.Head);
        string? baseNow = onto is null ? null
            : there.GetValueOrDefault(onto) ?? (await FindAsync(onto)).GetValueOrDefault(onto);

        string parent = input.Before?.Commit ?? admitted.BaseCommit;
        string commit = await LandingCommits.TreeOfAsync(workspace, parent, cancellationToken) == input.Verdict.Tree
            ? parent
            : await LandingCommits.MakeAsync(
                workspace,
                $"turn{input.Turn}",
                input.Verdict.Tree,
                parent,
                LandingMessage.Of(admitted, input.Verdict, await commits.ReadAsync(workspace, admitted.BaseCommit, cancellationToken), redactor),
                options.Value,
                cancellationToken);
        string? expected = there.GetValueOrDefault(branch);
        return new LandingPlan
        {
            RunId = input.RunId,
            Turn = input.Turn,
            Attempt = input.Attempt,
            Remote = address.Text,
            Branch = branch,
            Base = onto,
            BaseNow = baseNow,
            Expected = expected,
            Parent = parent,
            Commit = commit,
            Obstacle = expected is not null && expected != parent && expected != commit
                ? $"The branch {branch} is at {expected[..12]} on {address.Text}, and this run expects {(input.Before is null ? $"it not to be there, or at {parent[..12]}, which the run began with" : parent[..12])}: somebody else has moved it."
                : terms.Base is not null && baseNow is null ? $"There is no branch {terms.Base} on {address.Text}, which 'land.base' names."
                : terms.Kind == LandKind.PullRequest && (onto is null || onto == branch) ? $"A pull request needs a branch on {address.Text} that it is meant for, other than {branch}."
                : null,
            PullRequest = terms.Kind == LandKind.PullRequest
                ? new PlannedPullRequest(LandingMessage.SubjectOf(admitted.Task.Objective, redactor), terms.Draft, terms.Labels)
                : null,
        };
    }

    /// <summary>What is missing now was there when the run began: no repetition brings it back, a person may.</summary>
    private async Task<RemoteAddress> OpenAsync(AgentTask task, CancellationToken cancellationToken)
    {
        try
        {
            return await remotes.OfAsync(task, cancellationToken);
        }
        catch (Exception missing) when (missing is TaskFileException or EnvironmentException)
        {
            throw new LandingException(missing.Message);
        }
    }
}
