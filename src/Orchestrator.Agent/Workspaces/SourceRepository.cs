using System.Globalization;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Workspaces;

/// <summary>The repository a task starts from. It is read, never changed.</summary>
public static class SourceRepository
{
    /// <summary>Resolves the commit a run starts from.</summary>
    /// <returns>The commit's id.</returns>
    /// <exception cref="TaskFileException">The source is missing, isn't a git repository, has changes, or lacks the ref.</exception>
    public static async Task<string> ResolveAsync(WorkspaceSource source, CancellationToken cancellationToken)
    {
        string folder = source.Source;
        if (!Directory.Exists(folder))
        {
            throw new TaskFileException($"workspace.source: the folder {folder} doesn't exist; name the folder of a git repository.");
        }

        string up;
        try
        {
            up = (await Git.RunAsync(folder, ["rev-parse", "--show-cdup"], cancellationToken)).Trim();
        }
        catch (GitException)
        {
            throw new TaskFileException($"workspace.source: {folder} isn't a git repository; run 'git init' and commit its files there.");
        }

        if (up.Length > 0)
        {
            throw new TaskFileException(
                $"workspace.source: {folder} lies inside the repository {Path.GetFullPath(up, folder)}; name the repository's own folder.");
        }

        // A checkout with the line ends of DOS, by its own settings, is what was committed; the workspace has what is in the commit.
        string lineEnds = await Git.RunAsync(folder, ["config", "--local", "--default", "false", "--get", "core.autocrlf"], cancellationToken);
        string changes = await Git.RunAsync(
            folder, ["-c", $"core.autocrlf={lineEnds.Trim()}", "--no-optional-locks", "status", "--porcelain"], cancellationToken);
        if (changes.Length > 0)
        {
            string first = changes.Split('\n')[0];
            throw new TaskFileException(
                $"workspace.source: {folder} has changes that aren't committed ('{first.Trim()}'); commit or stash them, so that the patch fits.");
        }

        string commit = await ResolveCommitAsync(source, cancellationToken);
        await RefuseSubmodulesAsync(folder, commit, cancellationToken);
        return commit;
    }

    private static async Task<string> ResolveCommitAsync(WorkspaceSource source, CancellationToken cancellationToken)
    {
        string folder = source.Source;
        string wanted = source.Ref ?? "HEAD";
        try
        {
            return (await Git.RunAsync(folder, ["rev-parse", "--verify", "--end-of-options", wanted + "^{commit}"], cancellationToken)).Trim();
        }
        catch (GitException)
        {
            throw new TaskFileException(source.Ref is null
                ? $"workspace.source: {folder} has no commit yet; commit its files."
                : $"workspace.ref: {folder} has no commit '{source.Ref}'; name a branch, tag or commit of it.");
        }
    }

    /// <summary>How many bytes a file of the commit has.</summary>
    /// <returns>Null if the commit has no such file.</returns>
    public static async Task<long?> SizeOfAsync(WorkspaceSource source, string commit, string path, CancellationToken cancellationToken)
    {
        string name = Path.GetRelativePath("/", Path.GetFullPath(path, "/"));
        string rows = await Git.RunAsync(source.Source, ["ls-tree", "-l", "-z", commit, "--", $":(literal){name}"], cancellationToken);
        if (rows.Split('\0', StringSplitOptions.RemoveEmptyEntries) is not [var row] || row[(row.IndexOf('\t') + 1)..] != name)
        {
            return null;
        }

        string[] fields = row[..row.IndexOf('\t')].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields is [_, "blob", _, var size] ? long.Parse(size, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Git looks into submodules with their own settings, which an agent could write.</summary>
    private static async Task RefuseSubmodulesAsync(string folder, string commit, CancellationToken cancellationToken)
    {
        string entries = await Git.RunAsync(folder, ["ls-tree", "-r", "-z", commit], cancellationToken);
        string? submodule = entries.Split('\0').FirstOrDefault(entry => entry.StartsWith("160000 ", StringComparison.Ordinal));
        if (submodule is not null)
        {
            throw new TaskFileException(
                $"workspace.source: {folder} has the submodule {submodule[(submodule.IndexOf('\t') + 1)..]}; submodules are not served yet, commit its files instead.");
        }
    }
}
