using System.Text;

namespace Orchestrator.Agent.Workspaces;

/// <summary>What became of one patch.</summary>
/// <param name="Changed">The paths that it changes.</param>
/// <param name="Conflicts">The paths on which it conflicts with those before it; it was left out if there are any.</param>
internal sealed record MergedPatch(IReadOnlyList<string> Changed, IReadOnlyList<string> Conflicts);

/// <summary>
/// Merges patches that were all made on one fork of a workspace, one after the other, and writes the outcome into the workspace,
/// whose files must still be those of the fork. All of it is done in the trusted git folder.
/// </summary>
/// <param name="workspace">The workspace.</param>
/// <param name="fork">The commit that the patches were made on.</param>
internal sealed class WorkspaceMerge(Workspace workspace, string fork)
{
    /// <summary>The newest commit of what was merged; null before the first.</summary>
    private string? _merged;

    /// <summary>Adds a patch, if it fits to those that were added before.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="patch">What changed from the fork, as git writes it.</param>
    public async Task<MergedPatch> AddAsync(string name, byte[] patch, CancellationToken cancellationToken)
    {
        if (patch.Length == 0)
        {
            return new MergedPatch([], []);
        }

        string theirs = await WithIndexAsync(
            async index =>
            {
                await Git.RunForBytesAsync(workspace.Git, ["read-tree", fork], index, cancellationToken);
                await Git.RunForBytesAsync(workspace.Git, ["apply", "--cached", "--binary", "--whitespace=nowarn", "-"], index, cancellationToken, patch);
                return Text(await Git.RunForBytesAsync(workspace.Git, ["write-tree"], index, cancellationToken));
            });
        theirs = await CommitAsync(theirs, name, [fork], cancellationToken);
        string[] changed = Names(await Git.RunForBytesAsync(
            workspace.Git, ["diff", "--name-only", "--no-renames", "-z", fork, theirs], null, cancellationToken));

        const int HasConflicts = 1;
        string[] merged = Names(await Git.RunForBytesAsync(
            workspace.Git,
            ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", _merged ?? fork, theirs],
            null,
            cancellationToken,
            noMatchExitCode: HasConflicts));
        if (merged.Length > 1)
        {
            return new MergedPatch(changed, [.. merged.Skip(1).Distinct()]);
        }

        _merged = await CommitAsync(merged[0], name, [_merged ?? fork, theirs], cancellationToken);
        return new MergedPatch(changed, []);
    }

    /// <summary>Writes what was merged into the files. Repeating it writes the same.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_merged is not { } merged)
        {
            return;
        }

        // Where a folder stands in a file's place, an earlier writing has put it there.
        string[] gone = [.. (await ChangedAsync("D", merged, cancellationToken)).Where(path => !IsFolder(path))];
        string[] written = await ChangedAsync("d", merged, cancellationToken);
        string[] place = ["--git-dir", workspace.Git, "--work-tree", workspace.Tree, "--literal-pathspecs"];
        await WithIndexAsync(
            async index =>
            {
                await Git.RunForBytesAsync(workspace.Tree, [.. place, "read-tree", fork], index, cancellationToken);
                if (gone.Length > 0)
                {
                    await Git.RunForBytesAsync(
                        workspace.Tree,
                        [.. place, "rm", "--force", "--quiet", "--ignore-unmatch", "--pathspec-from-file=-", "--pathspec-file-nul"],
                        index,
                        cancellationToken,
                        Lines(gone));
                }

                await Git.RunForBytesAsync(workspace.Tree, [.. place, "read-tree", merged], index, cancellationToken);
                await Git.RunForBytesAsync(
                    workspace.Tree, [.. place, "checkout-index", "--force", "-z", "--stdin"], index, cancellationToken, Lines(written));
                return index;
            });
    }

    private bool IsFolder(string path) => new DirectoryInfo(Path.Combine(workspace.Tree, path)) is { Exists: true, LinkTarget: null };

    private async Task<string[]> ChangedAsync(string filter, string merged, CancellationToken cancellationToken) => Names(await Git.RunForBytesAsync(
        workspace.Git, ["diff", "--name-only", "--no-renames", $"--diff-filter={filter}", "-z", fork, merged], null, cancellationToken));

    private async Task<string> CommitAsync(string tree, string name, IReadOnlyList<string> parents, CancellationToken cancellationToken) =>
        Text(await Git.RunForBytesAsync(
            workspace.Git, ["commit-tree", tree, .. parents.SelectMany(parent => new[] { "-p", parent }), "-m", name], null, cancellationToken));

    private async Task<string> WithIndexAsync(Func<string, Task<string>> work)
    {
        string index = Path.Combine(workspace.Git, $"merge-{Guid.NewGuid():N}.index");
        try
        {
            return await work(index);
        }
        finally
        {
            File.Delete(index);
        }
    }

    private static string Text(byte[] output) => Encoding.UTF8.GetString(output).Trim();

    private static string[] Names(byte[] output) => Encoding.UTF8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static byte[] Lines(IEnumerable<string> names) => Encoding.UTF8.GetBytes(string.Concat(names.Select(name => name + '\0')));
}
