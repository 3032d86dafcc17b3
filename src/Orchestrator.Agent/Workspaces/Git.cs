using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Workspaces;

/// <summary>Runs git on the host, with no configuration but our own: no system or user settings, no hooks, no prompts.</summary>
internal static class Git
{
    private static readonly string[] Fixed =
    [
        "-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.autocrlf=false",
        "-c", "core.excludesFile=/dev/null", "-c", "core.attributesFile=/dev/null", "-c", "core.quotePath=false", "-c", "protocol.allow=never", "-c", "protocol.file.allow=always", "-c", "gc.auto=0",
        "-c", "user.name=Orchestrator", "-c", "user.email=orchestrator@localhost",
    ];

    /// <summary>Runs git and returns what it printed.</summary>
    /// <exception cref="GitException">It ended with an error.</exception>
    public static async Task<string> RunAsync(string folder, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await RunForBytesAsync(folder, arguments, null, cancellationToken));

    /// <param name="folder">The folder git runs in.</param>
    /// <param name="arguments">Git's arguments.</param>
    /// <param name="index">The index file to use in place of the repository's own.</param>
    /// <param name="input">What git reads from its standard input.</param>
    /// <param name="noMatchExitCode">An exit code by which the command says that it found nothing; not an error.</param>
    public static async Task<byte[]> RunForBytesAsync(
        string folder,
        IReadOnlyList<string> arguments,
        string? index,
        CancellationToken cancellationToken,
        ReadOnlyMemory<byte> input = default,
        int noMatchExitCode = 0)
    {
        var start = new ProcessStartInfo("git", [.. Fixed, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = GlobalConfig.Path;
        start.Environment["GIT_ATTR_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        if (index is not null)
        {
            start.Environment["GIT_INDEX_FILE"] = index;
        }

        using Process process = Start(start);
        await using CancellationTokenRegistration kill = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var output = new MemoryStream();
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Task writing = WriteAsync(process, input);
        await process.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None);
        await writing;
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0 || process.ExitCode == noMatchExitCode
            ? output.ToArray()
            : throw new GitException($"git {string.Join(' ', arguments)} in {folder}: {(await error).Trim()}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        }
        catch (Win32Exception failure)
        {
            throw new EnvironmentException($"git can't be started ({failure.Message}); install it: apt-get install git");
        }
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, CancellationToken.None);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Git ended before it had read everything; its exit code and words say why.
        }
    }

    /// <summary>
    /// The one user-level configuration git is given: the process that serves a local fetch ignores settings from the command
    /// line, and refuses a repository of another owner without this one.
    /// </summary>
    private static class GlobalConfig
    {
        public static string Path { get; } = Write();

        private static string Write()
        {
            // A folder of its own, open to nobody else: whoever writes this file decides what git runs.
            string folder = Directory.CreateTempSubdirectory("orchestrator-git-").FullName;
            string path = System.IO.Path.Combine(folder, "config");
            File.WriteAllText(path, "[safe]\n\tdirectory = *\n");
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
            return path;
        }
    }
}
