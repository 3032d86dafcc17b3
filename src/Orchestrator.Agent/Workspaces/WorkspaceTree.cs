using System.Text;

namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// Prepares a run's workspace and looks at its files through the trusted git folder. The tree has a git folder of its own for
/// the agent, on which the host never runs git.
/// </summary>
public static class WorkspaceTree
{
    /// <summary>The folders of a workspace that has been, or will be, prepared under this path.</summary>
    public static Workspace At(string folder) => new()
    {
        Tree = Path.Combine(folder, "tree"),
        Shell = Path.Combine(folder, "shell"),
        Git = Path.Combine(folder, "git"),
        Snapshots = Path.Combine(folder, "snapshots"),
    };

    /// <summary>Makes the workspace whole or not at all; a workspace that stands is left as it is.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="source">The repository that has the commit.</param>
    /// <param name="commit">What is checked out.</param>
    /// <param name="complete">What is still to be done to it before it stands; it may be done again after a kill.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task PrepareAsync(string folder, string source, string commit, Func<Workspace, Task> complete, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        // Git outlives a process that is killed: what it still builds must not be in the way of a second attempt.
        string building = $"{folder}.{Guid.NewGuid():N}.building";
        Workspace workspace = At(building);
        Directory.CreateDirectory(workspace.Shell);
        await Git.RunAsync(building, ["init", "--quiet", "--bare", workspace.Git], cancellationToken);
        await Git.RunAsync(workspace.Git, ["fetch", "--quiet", "--no-tags", source, $"{commit}:refs/heads/main"], cancellationToken);
        await Git.RunAsync(workspace.Git, ["symbolic-ref", "HEAD", "refs/heads/main"], cancellationToken);

        // Hard links would let the agent change objects that the host trusts.
        await Git.RunAsync(building, ["clone", "--quiet", "--no-hardlinks", "--branch", "main", workspace.Git, workspace.Tree], cancellationToken);
        await Git.RunAsync(workspace.Tree, ["remote", "remove", "origin"], cancellationToken);
        await Git.RunAsync(workspace.Tree, ["config", "user.name", "Orchestrator agent"], cancellationToken);
        await Git.RunAsync(workspace.Tree, ["config", "user.email", "agent@localhost"], cancellationToken);
        await complete(workspace);
        Directory.Move(building, folder);
    }

    /// <summary>Writes the files as they are, but for ignored ones, as a git tree.</summary>
    /// <returns>The tree's id.</returns>
    public static async Task<string> WriteTreeAsync(Workspace workspace, string commit, CancellationToken cancellationToken)
    {
        string index = Path.Combine(workspace.Git, $"landing-{Guid.NewGuid():N}.index");
        try
        {
            return await WriteTreeAsync(workspace, commit, index, cancellationToken);
        }
        finally
        {
            File.Delete(index);
        }
    }

    private static async Task<string> WriteTreeAsync(Workspace workspace, string commit, string index, CancellationToken cancellationToken)
    {
        string[] place = ["--git-dir", workspace.Git, "--work-tree", workspace.Tree];
        await Git.RunForBytesAsync(workspace.Tree, [.. place, "read-tree", commit], index, cancellationToken);
        IReadOnlyList<string> nested = await NestedRepositories.FindAsync(workspace, place, index, cancellationToken);
        IEnumerable<string> others = nested.Select(folder => $":(exclude,literal){folder}");
        await Git.RunForBytesAsync(workspace.Tree, [.. place, "add", "--all", "--", ".", .. others], index, cancellationToken);
        if (nested.Count > 0)
        {
            await NestedRepositories.AddAsync(workspace, place, index, nested, cancellationToken);
        }

        return Encoding.UTF8.GetString(await Git.RunForBytesAsync(workspace.Tree, [.. place, "write-tree"], index, cancellationToken)).Trim();
    }

    /// <summary>Git ignores the path and doesn't track it, so that it is no part of what lands.</summary>
    /// <param name="path">From the tree's root; it need not be there.</param>
    public static async Task<bool> IsIgnoredAsync(Workspace workspace, string path, CancellationToken cancellationToken)
    {
        string[] place = ["--git-dir", workspace.Git, "--work-tree", workspace.Tree];
        byte[] ignored = await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "check-ignore", "--no-index", "--", path], index: null, cancellationToken, noMatchExitCode: 1);
        return ignored.Length > 0 && (await Git.RunAsync(workspace.Git, ["--git-dir", workspace.Git, "ls-tree", "HEAD", "--", path], cancellationToken)).Length == 0;
    }

    /// <summary>What changed from the commit to the tree, as a patch that <c>git apply</c> takes.</summary>
    public static Task<byte[]> DiffAsync(Workspace workspace, string commit, string tree, CancellationToken cancellationToken) =>
        Git.RunForBytesAsync(
            workspace.Git,
            ["--git-dir", workspace.Git, "diff", "--binary", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", commit, tree],
            null,
            cancellationToken);

    /// <summary>Paths that differ between the commit and the tree.</summary>
    public static async Task<IReadOnlyList<string>> ChangedPathsAsync(
        Workspace workspace, string commit, string tree, CancellationToken cancellationToken)
    {
        byte[] names = await Git.RunForBytesAsync(
            workspace.Git,
            ["--git-dir", workspace.Git, "diff", "--name-only", "--no-renames", "-z", commit, tree],
            index: null,
            cancellationToken);
        return PathText.Names(names);
    }
}
