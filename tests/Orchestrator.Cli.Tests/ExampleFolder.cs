using System.Diagnostics;
using Orchestrator.Testing.Secrets;

namespace Orchestrator.Cli.Tests;

/// <summary>A copy of an example task whose project is a git repository, and a data folder beside it; no secret may be kept in any of them.</summary>
internal sealed class ExampleFolder : IDisposable
{
    private readonly SweptFolder _folder = new("orchestrator-test-");

    private ExampleFolder()
    {
    }

    public string Path => _folder.Path;

    public string Task => System.IO.Path.Combine(Path, "task.yaml");

    public string Script => System.IO.Path.Combine(Path, "script.yaml");

    public string Project => System.IO.Path.Combine(Path, "project");

    public string Data => System.IO.Path.Combine(Path, "data");

    public static async Task<ExampleFolder> CopyAsync(string example)
    {
        string source = System.IO.Path.Combine(RepositoryRoot.Path, "docs", "examples", example);
        var folder = new ExampleFolder();
        await RunAsync(folder.Path, "cp", "-r", source + "/.", folder.Path);
        await folder.CommitAsync();
        return folder;
    }

    /// <summary>A folder with a small project of its own.</summary>
    public static async Task<ExampleFolder> CreateAsync(string task, string script, params (string Path, string Text)[] files)
    {
        var folder = new ExampleFolder();
        Directory.CreateDirectory(folder.Project);
        await File.WriteAllTextAsync(folder.Task, task);
        await File.WriteAllTextAsync(folder.Script, script);
        foreach ((string path, string text) in files)
        {
            string full = System.IO.Path.Combine(folder.Project, path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
            await File.WriteAllTextAsync(full, text);
        }

        await folder.CommitAsync();
        return folder;
    }

    public Task<string> GitAsync(params string[] arguments) =>
        RunAsync(Project, "git", ["-c", "user.name=test", "-c", "user.email=test@localhost", .. arguments]);

    /// <summary>The commands that the run has executed, each as often as it was started.</summary>
    public string[] ExecutedCalls(string run)
    {
        string log = System.IO.Path.Combine(Data, "workspaces", run, "tree", "build", "calls.log");
        return File.Exists(log) ? File.ReadAllLines(log) : [];
    }

    public void Dispose() => _folder.Dispose();

    private async Task CommitAsync()
    {
        await GitAsync("init", "--quiet", "--initial-branch=main");
        await GitAsync("add", "--all");
        await GitAsync("commit", "--quiet", "--message", "start");
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await error}");
    }
}
