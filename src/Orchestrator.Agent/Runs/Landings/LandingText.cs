using System.Text;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>What a person is shown of a landing: where to, onto what, which commits, with which words, and which files.</summary>
public sealed class LandingText(Remotes remotes, DataFolder data)
{
    private const int MostCommits = 30;
    private const int MostConflicts = 10;
    private const int MostFiles = 500;

    /// <summary>Has a look at the base as it is now, for what it says of the branch.</summary>
    public async Task<string> OfAsync(LandingPlan plan, CancellationToken cancellationToken)
    {
        Workspace workspace = WorkspaceTree.Of(data, plan.RunId);
        List<string> there = [.. plan.Expected is { } expected ? [expected] : Array.Empty<string>()];
        string onto = "none: the remote has no branch yet";
        if (plan is { Base: { } name, BaseNow: { } now })
        {
            string known = await remotes.AskAsync(
                workspace.Git, RemoteAddress.Parse(plan.Remote, "/"), remote => remote.FetchAsync(name, cancellationToken), cancellationToken);
            there.Add(known);
            onto = $"{name} at {now[..12]}; {await AgainstAsync(workspace, plan.Commit, known, cancellationToken)}";
        }

        int count = await LandingCommits.CountAsync(workspace, plan.Commit, there, cancellationToken);
        IReadOnlyList<string> commits = await LandingCommits.ListAsync(workspace, plan.Commit, there, MostCommits, cancellationToken);
        var text = new StringBuilder();
        text.Append($"push to  {Visible.Of(plan.Remote)}\n");
        text.Append($"branch   {plan.Branch}, {(plan.Expected is null ? "new" : plan.Expected == plan.Commit ? "there already" : $"now at {plan.Expected[..12]}, which the new commit follows")}\n");
        text.Append($"base     {onto}\n");
        text.Append($"commit   {plan.Commit}\n");
        if (plan.PullRequest is { } wanted)
        {
            text.Append($"opens    a {(wanted.IsDraft ? "draft " : string.Empty)}pull request to {plan.Base}: {Visible.Of(wanted.Title)}{(wanted.Labels.Count == 0 ? string.Empty : $" (labels: {Visible.Of(string.Join(", ", wanted.Labels))})")}\n");
            text.Append("         with the objective, the checks' exit codes and what the run cost; beside the commit, the verdict\n");
        }

        text.Append('\n');
        text.Append($"{count} commit{(count == 1 ? string.Empty : "s")} that the remote does not have:\n");
        foreach (string commit in commits)
        {
            text.Append($"  {Visible.Of(commit)}\n");
        }

        text.Append(count > commits.Count ? $"  and {count - commits.Count} older ones\n" : string.Empty);
        IReadOnlyList<string> files = await LandingCommits.FilesAsync(workspace, plan.Parent, plan.Commit, cancellationToken);
        text.Append($"\n{files.Count} file{(files.Count == 1 ? string.Empty : "s")}:\n");
        foreach (string file in files.Take(MostFiles))
        {
            text.Append($"  {Visible.Of(file)}\n");
        }

        text.Append(files.Count > MostFiles ? $"  and {files.Count - MostFiles} others, all of them in the verified diff\n" : string.Empty);
        text.Append($"\nmessage:\n{await MessageAsync(workspace, plan.Commit, cancellationToken)}\n");
        return text.ToString();
    }

    private static async Task<string> AgainstAsync(Workspace workspace, string commit, string onto, CancellationToken cancellationToken)
    {
        if (await LandingCommits.CountAsync(workspace, onto, [commit], cancellationToken) is var moved && moved == 0)
        {
            return "the commits follow it";
        }

        IReadOnlyList<string> conflicts = await LandingCommits.ConflictsAsync(workspace, onto, commit, cancellationToken);
        string merge = conflicts.Count == 0 ? "a merge finds no conflict" : $"a merge finds conflicts in {string.Join(", ", conflicts.Take(MostConflicts).Select(PathText.Shown))}";
        return $"it has moved by {moved} commit{(moved == 1 ? string.Empty : "s")} since the run began; {merge}";
    }

    private static async Task<string> MessageAsync(Workspace workspace, string commit, CancellationToken cancellationToken) =>
        string.Join('\n', (await Git.RunAsync(workspace.Git, ["log", "-1", "--format=%B", commit], cancellationToken)).TrimEnd().Split('\n').Select(line => $"  {Visible.Of(line)}"));
}
