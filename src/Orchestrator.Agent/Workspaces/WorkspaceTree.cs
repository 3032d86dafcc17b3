using System.Text;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Workspaces;

/// <summary>
/// Prepares a run's workspace and looks at its files through the trusted git folder. The tree has a git folder of its own for
/// the agent, on which the host never runs git.
/// </summary>
public static class WorkspaceTree
{
    /// <summary>The folders of a run's workspace: the files on this host, and what others share.</summary>
    public static Workspace Of(DataFolder data, string run) => At(data.WorkspaceOf(run)) with { Git = data.GitOf(run), Snapshots = data.SnapshotsOf(run) };

    /// <summary>The folders of a workspace that has been, or will be, prepared under this path; what others may share lies beside it.</summary>
    public static Workspace At(string folder) => new()
    {
        Tree = Path.Combine(folder, "tree"),
        Shell = Path.Combine(folder, "shell"),
        Git = $"{folder}.git",
        Snapshots = $"{folder}.snapshots",
        Caches = Path.Combine(folder, "caches"),
    };

    /// <summary>Makes the workspace whole or not at all; a workspace that stands is left as it is.</summary>
    /// <param name="workspace">Where it is to be.</param>
    /// <param name="source">The repository that has the commit; not asked where the trusted git folder is there already.</param>
    /// <param name="commit">What is checked out.</param>
    /// <param name="complete">What is still to be done to it before it stands; it may be done again after a kill.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task PrepareAsync(
        Workspace workspace, string source, string commit, Func<Workspace, Task> complete, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(workspace.Tree)!;
        if (Directory.Exists(folder))
        {
            return;
        }

        await PrepareGitAsync(workspace.Git, source, commit, cancellationToken);

        // Git outlives a process that is killed: what it still builds must not be in the way of a second attempt.
        string building = BuildingOf(folder);
        Workspace made = At(building) with { Git = workspace.Git, Snapshots = workspace.Snapshots };
        Directory.CreateDirectory(made.Shell);

        // Hard links would let the agent change objects that the host trusts.
        await Git.RunAsync(building, ["clone", "--quiet", "--no-hardlinks", "--branch", "main", made.Git, made.Tree], cancellationToken);
        await Git.RunAsync(made.Tree, ["remote", "remove", "origin"], cancellationToken);
        await Git.RunAsync(made.Tree, ["config", "user.name", "Orchestrator agent"], cancellationToken);
        await Git.RunAsync(made.Tree, ["config", "user.email", "agent@localhost"], cancellationToken);
        await complete(made);
        Directory.Move(building, folder);
    }

    private static async Task PrepareGitAsync(string git, string source, string commit, CancellationToken cancellationToken)
    {
        if (Directory.Exists(git))
        {
            return;
        }

        string building = BuildingOf(git);
        Directory.CreateDirectory(Path.GetDirectoryName(git)!);
        await Git.RunAsync(Path.GetDirectoryName(git)!, ["init", "--quiet", "--bare", building], cancellationToken);
        await Git.RunAsync(building, ["fetch", "--quiet", "--no-tags", source, $"{commit}:refs/heads/main"], cancellationToken);
        await Git.RunAsync(building, ["symbolic-ref", "HEAD", "refs/heads/main"], cancellationToken);
        Directory.Move(building, git);
    }

    private static string BuildingOf(string folder) => $"{folder}.{Guid.NewGuid():N}.building";

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

        // What is as it was is only read by this; to add it would write large files again.
        const int somethingDiffers = 1;
        await Git.RunForBytesAsync(
            workspace.Tree, [.. place, "update-index", "-q", "--refresh", "--ignore-submodules"], index, cancellationToken, noMatchExitCode: somethingDiffers);
        IReadOnlyList<string> nested = await NestedRepositories.FindAsync(workspace, place, index, cancellationToken);
        IEnumerable<string> others = nested.Select(folder => $":(exclude,literal){folder}");
        await Git.RunForBytesAsync(workspace.Tree, [.. place, "add", "--all", "--", ".", .. others], index, cancellationToken);
        if (nested.Count > 0)
        {
            await NestedRepositories.AddAsync(workspace, place, index, nested, cancellationToken);
        }

        return Encoding.UTF8.GetString(await Git.RunForBytesAsync(workspace.Tree, [.. place, "write-tree"], index, cancellationToken)).Trim();
    }

    /// <summary>Writes a tree in which a part of what led to it is taken back; no file is touched.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="patch">What is taken back.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The other tree's id.</returns>
    /// <exception cref="GitException">It can't be taken back by itself.</exception>
    public static async Task<string> TakeBackAsync(Workspace workspace, string tree, ReadOnlyMemory<byte> patch, CancellationToken cancellationToken)
    {
        string index = Path.Combine(workspace.Git, $"partial-{Guid.NewGuid():N}.index");
        string[] place = ["--git-dir", workspace.Git];
        try
        {
            await Git.RunForBytesAsync(workspace.Git, [.. place, "read-tree", tree], index, cancellationToken);
            await Git.RunForBytesAsync(workspace.Git, [.. place, "apply", "-R", "--cached", "--whitespace=nowarn", "-"], index, cancellationToken, patch);
            return Encoding.UTF8.GetString(await Git.RunForBytesAsync(workspace.Git, [.. place, "write-tree"], index, cancellationToken)).Trim();
        }
        finally
        {
            File.Delete(index);
        }
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

    /// <summary>Writes what changed from the commit to the tree, as a patch that <c>git apply</c> takes.</summary>
    public static Task DiffAsync(Workspace workspace, string commit, string tree, Stream target, CancellationToken cancellationToken) =>
        Git.RunAsync(
            workspace.Git,
            ["--git-dir", workspace.Git, "diff", "--binary", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", commit, tree],
            target,
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
