using System.Globalization;
using System.Text;

namespace Orchestrator.Agent.Workspaces;

/// <summary>The commits that a branch would bring to a remote, made and looked at in the trusted git folder.</summary>
internal static class LandingCommits
{
    /// <summary>Makes a commit of a verified tree; one that was made before under the same name, of the same tree behind the same parent, is found again.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> MakeAsync(
        Workspace workspace, string name, string tree, string parent, string message, LandingOptions author, CancellationToken cancellationToken)
    {
        string kept = $"refs/landing/made/{name}/{parent}/{tree}";
        string known = await Git.RunAsync(workspace.Git, ["for-each-ref", "--format=%(objectname)", kept], cancellationToken);
        if (known.Trim() is { Length: > 0 } made)
        {
            return made;
        }

        byte[] id = await Git.RunForBytesAsync(
            workspace.Git,
            ["-c", $"user.name={author.AuthorName}", "-c", $"user.email={author.AuthorEmail}", "commit-tree", tree, "-p", parent, "-F", "-"],
            index: null,
            cancellationToken,
            Encoding.UTF8.GetBytes(message));
        string commit = Encoding.UTF8.GetString(id).Trim();
        await Git.RunAsync(workspace.Git, ["update-ref", kept, commit], cancellationToken);
        return commit;
    }

    public static async Task<string> TreeOfAsync(Workspace workspace, string commit, CancellationToken cancellationToken) =>
        (await Git.RunAsync(workspace.Git, ["rev-parse", "--verify", $"{commit}^{{tree}}"], cancellationToken)).Trim();

    /// <summary>How many commits the one has that none of the others has.</summary>
    public static async Task<int> CountAsync(Workspace workspace, string commit, IReadOnlyList<string> others, CancellationToken cancellationToken) =>
        int.Parse(await Git.RunAsync(workspace.Git, ["rev-list", "--count", commit, "--not", .. others], cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>The newest of those commits, each as its id and the first line of its message.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(
        Workspace workspace, string commit, IReadOnlyList<string> others, int most, CancellationToken cancellationToken) =>
        (await Git.RunAsync(workspace.Git, ["log", "-n", most.ToString(CultureInfo.InvariantCulture), "--format=%h %s", commit, "--not", .. others], cancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The files that the commit changes against the other one, each as the lines that it gains and loses, and its whole name.</summary>
    public static async Task<IReadOnlyList<string>> FilesAsync(Workspace workspace, string from, string commit, CancellationToken cancellationToken) =>
        (await Git.RunAsync(workspace.Git, ["diff", "--numstat", "--no-renames", "--no-ext-diff", "--no-textconv", from, commit], cancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t', 3))
            .Select(fields => $"+{fields[0]} -{fields[1]}  {fields[2]}")
            .ToArray();

    /// <summary>The files in the way of a merge of the two.</summary>
    public static async Task<IReadOnlyList<string>> ConflictsAsync(Workspace workspace, string ours, string theirs, CancellationToken cancellationToken)
    {
        const int hasConflicts = 1;
        byte[] merged = await Git.RunForBytesAsync(
            workspace.Git, ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs], index: null, cancellationToken, noMatchExitCode: hasConflicts);
        return [.. PathText.Names(merged).Skip(1).Distinct()];
    }
}
