using System.Diagnostics;
using Orchestrator.Agent.Runs.Landings;

namespace Orchestrator.CodeHosts.Tests;

/// <summary>A repository with a main branch, and another with something to bring there.</summary>
internal sealed class BareRepository : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bare-");
    private readonly string _branch;

    public BareRepository(string branch)
    {
        _branch = branch;
        Git("init", "--quiet", "--bare", "--initial-branch=main", ".");
        string commit = MakeCommit("first");
        Git("update-ref", "refs/heads/main", commit);
        Git("update-ref", $"refs/heads/{branch}", commit);
    }

    public string Path => _folder.FullName;

    /// <summary>What the other branch is at.</summary>
    public string Commit => Git("rev-parse", _branch);

    public Landing Landing => new() { Remote = Path, Branch = _branch, Base = "main", Commit = Commit };

    /// <summary>Somebody pushes something else to the other branch.</summary>
    public void Push(string message) => Git("update-ref", $"refs/heads/{_branch}", MakeCommit(message));

    public void Dispose() => _folder.Delete(recursive: true);

    public static PullRequestDraft Draft(string branch, string objective) => new()
    {
        Head = branch,
        Base = "main",
        Title = "A title",
        Text = new PullRequestText { Objective = objective, Checks = ["| ` tests ` | 0 |\n"], Rest = "\nThe tree is `abc`.\n" },
        IsDraft = true,
        Labels = ["a", "b"],
    };

    private string MakeCommit(string message) => Git("-c", "user.name=Test", "-c", "user.email=test@localhost", "commit-tree", Git("write-tree"), "-m", message);

    private string Git(params string[] arguments)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", ["-c", "safe.directory=*", .. arguments]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true })!;
        string said = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return said;
    }
}
