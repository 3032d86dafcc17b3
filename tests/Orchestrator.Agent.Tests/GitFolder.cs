using System.Diagnostics;
using System.Text;

namespace Orchestrator.Agent.Tests;

/// <summary>A git repository as a person has one, worked on by the git of this machine.</summary>
internal sealed class GitFolder
{
    private GitFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Makes a repository whose one commit has these files.</summary>
    public static GitFolder Create(string path, params (string Name, string Text)[] files)
    {
        Directory.CreateDirectory(path);
        var folder = new GitFolder(path);
        folder.Git("init", "--quiet", "--initial-branch=main");
        foreach ((string name, string text) in files)
        {
            folder.Write(name, text);
        }

        folder.Commit();
        return folder;
    }

    public static GitFolder At(string path) => new(path);

    public void Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <returns>The new commit's id.</returns>
    public string Commit()
    {
        Git("add", "--all");
        Git("-c", "user.name=Test", "-c", "user.email=test@localhost", "commit", "--quiet", "--allow-empty", "--message", "change");
        return Git("rev-parse", "HEAD").Trim();
    }

    public string Git(params string[] arguments) => Run("git", ["-c", "safe.directory=*", "-c", "core.quotePath=false", .. arguments]);

    /// <summary>Runs bash in the folder.</summary>
    public string Bash(string script) => Run("bash", ["-c", "set -e; " + script]);

    private string Run(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error.GetAwaiter().GetResult()}");
        return output;
    }
}
