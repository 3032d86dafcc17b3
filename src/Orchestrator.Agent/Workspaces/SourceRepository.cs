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

        string top;
        try
        {
            top = (await Git.RunAsync(folder, ["rev-parse", "--show-toplevel"], cancellationToken)).Trim();
        }
        catch (GitException)
        {
            throw new TaskFileException($"workspace.source: {folder} isn't a git repository; run 'git init' and commit its files there.");
        }

        if (Path.GetFullPath(top) != Path.TrimEndingDirectorySeparator(ResolveLinks(folder)))
        {
            throw new TaskFileException($"workspace.source: {folder} lies inside the repository {top}; name the repository's own folder.");
        }

        string changes = await Git.RunAsync(folder, ["--no-optional-locks", "status", "--porcelain"], cancellationToken);
        if (changes.Length > 0)
        {
            string first = changes.Split('\n')[0];
            throw new TaskFileException(
                $"workspace.source: {folder} has changes that aren't committed ('{first.Trim()}'); commit or stash them, so that the patch fits.");
        }

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

    /// <summary>Says whether the commit has the file.</summary>
    public static async Task<bool> HasFileAsync(WorkspaceSource source, string commit, string path, CancellationToken cancellationToken)
    {
        try
        {
            string name = Path.GetRelativePath("/", Path.GetFullPath(path, "/"));
            return (await Git.RunAsync(source.Source, ["cat-file", "-t", $"{commit}:{name}"], cancellationToken)).Trim() == "blob";
        }
        catch (GitException)
        {
            return false;
        }
    }

    private static string ResolveLinks(string folder) =>
        new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(folder);
}
