using System.Globalization;

namespace Orchestrator.Agent.Tests.Runs.Landings;

/// <summary>A bare repository that has what the source has, and is the source's remote.</summary>
internal sealed class BareRemote
{
    private readonly GitFolder _git;

    private BareRemote(string path) => _git = GitFolder.At(path);

    public string Path => _git.Path;

    /// <param name="source">The source; its remote <c>origin</c> is the new repository.</param>
    /// <param name="path">Where it is to be.</param>
    public static BareRemote Of(GitFolder source, string path)
    {
        source.Git("clone", "--quiet", "--bare", source.Path, path);
        source.Git("remote", "add", "origin", path);
        return new BareRemote(path);
    }

    /// <returns>The branch's commit; null if it is not there.</returns>
    public string? Find(string branch) => _git.Git("for-each-ref", "--format=%(objectname)", $"refs/heads/{branch}").Trim() is { Length: > 0 } commit ? commit : null;

    public string Message(string branch) => _git.Git("log", "-1", "--format=%B", branch).TrimEnd();

    public int Commits(string branch) => int.Parse(_git.Git("rev-list", "--count", branch), CultureInfo.InvariantCulture);

    public IReadOnlyList<string> Branches => _git.Git("for-each-ref", "--format=%(refname:short)", "refs/heads").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Show(string branch, string file) => _git.Git("show", $"{branch}:{file}");

    public string TreeOf(string branch) => _git.Git("rev-parse", $"{branch}^{{tree}}").Trim();

    /// <summary>Somebody else adds a commit.</summary>
    public string Move(string branch, string file = "other.txt")
    {
        string blob = Hash(file);
        string tree = _git.Bash($"export GIT_INDEX_FILE=$(mktemp -u); git read-tree {branch}; git update-index --add --cacheinfo 100644,{blob},{file}; git write-tree; rm -f $GIT_INDEX_FILE").Trim();
        string commit = _git.Git("-c", "user.name=Other", "-c", "user.email=other@localhost", "commit-tree", tree, "-p", branch, "-m", "other").Trim();
        _git.Git("update-ref", $"refs/heads/{branch}", commit);
        return commit;
    }

    /// <summary>Has a hook that turns pushes away, while the file <c>closed</c> is there.</summary>
    public void Close(string word)
    {
        string hook = System.IO.Path.Combine(Path, "hooks", "pre-receive");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(hook)!);
        File.WriteAllText(hook, $"#!/bin/sh\ntest ! -f closed || {{ echo '{word}'; exit 1; }}\n");
        _git.Bash("chmod u+x hooks/pre-receive");
        File.WriteAllText(System.IO.Path.Combine(Path, "closed"), string.Empty);
    }

    public void Open() => File.Delete(System.IO.Path.Combine(Path, "closed"));

    private string Hash(string text) => _git.Bash($"printf '%s' '{text}' | git hash-object -w --stdin").Trim();
}
