using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Workspaces;

/// <summary>Runs git on the host, with no configuration but our own: no system or user settings, no hooks, no prompts.</summary>
internal static class Git
{
    /// <summary>
    /// The one user-level configuration git is given: the process that serves a local fetch ignores settings from the command
    /// line. Without it, that refuses a repository of another owner, and looks for likenesses between files as if the network were slow.
    /// It lies beside the program: whoever writes it decides what git runs, and no cleaner of temporary files takes it away.
    /// </summary>
    private static readonly string GlobalConfig = Path.Combine(AppContext.BaseDirectory, "git.config");

    private static readonly string[] Fixed =
    [
        "-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.autocrlf=false",
        "-c", "core.excludesFile=/dev/null", "-c", "core.attributesFile=/dev/null", "-c", "core.quotePath=false", "-c", "protocol.allow=never", "-c", "protocol.file.allow=always", "-c", "gc.auto=0",

        // Large repositories: packs are kept as they come, large files are read piece by piece and written as they are.
        "-c", "fetch.unpackLimit=1", "-c", "core.bigFileThreshold=64m", "-c", "core.compression=1", "-c", "core.packedGitWindowSize=32m",
        "-c", "core.packedGitLimit=256m", "-c", "pack.compression=0",
        "-c", "user.name=Orchestrator", "-c", "user.email=orchestrator@localhost",
    ];

    private const int EndedBySignal = 128;

    /// <summary>The C library's words for what a machine may have again in a while; git's exit code doesn't tell them from what stays.</summary>
    private static readonly string[] PassingFaults =
    [
        "No space left on device", "Disk quota exceeded", "Cannot allocate memory", "out of memory", "Out of memory", "Resource temporarily unavailable", "Too many open files", "Input/output error",
        "Could not resolve host", "Couldn't connect to server", "Failed to connect", "Connection refused", "Connection reset", "Connection timed out", "Operation timed out",
        "Temporary failure in name resolution", "The requested URL returned error: 5", "The requested URL returned error: 429", "unexpected disconnect",
    ];

    /// <summary>Runs git and returns what it printed.</summary>
    /// <exception cref="GitException">It ended with an error that it will end with again.</exception>
    /// <exception cref="IOException">The machine lacked something that it may have another time.</exception>
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
        var output = new MemoryStream();
        await RunAsync(StartOf(folder, arguments, index), output, input, noMatchExitCode, cancellationToken);
        return output.ToArray();
    }

    /// <summary>Runs git and hands on what it prints, which may be more than the memory holds.</summary>
    /// <exception cref="GitException">It ended with an error.</exception>
    public static Task RunAsync(string folder, IReadOnlyList<string> arguments, Stream output, CancellationToken cancellationToken) =>
        RunAsync(StartOf(folder, arguments, index: null), output, default, noMatchExitCode: 0, cancellationToken);

    /// <summary>Runs git with further variables in its environment, which are no part of what it is said to have been asked.</summary>
    /// <exception cref="GitException">It ended with an error that it will end with again.</exception>
    /// <exception cref="IOException">The machine or the network lacked something that it may have another time.</exception>
    public static async Task<string> RunAsync(
        string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = StartOf(folder, arguments, index: null);
        start.Environment.Remove("SSH_ASKPASS");
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var output = new MemoryStream();
        await RunAsync(start, output, default, noMatchExitCode: 0, cancellationToken);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static async Task RunAsync(
        ProcessStartInfo start, Stream output, ReadOnlyMemory<byte> input, int noMatchExitCode, CancellationToken cancellationToken)
    {
        using Process process = Start(start);
        await using CancellationTokenRegistration kill = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Task writing = WriteAsync(process, input);
        try
        {
            await process.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        await writing;
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode != 0 && process.ExitCode != noMatchExitCode)
        {
            string said = (await error).Trim();
            string message = $"git {string.Join(' ', Asked(start.ArgumentList))} in {start.WorkingDirectory}: {said}";
            throw MayPass(process.ExitCode, said) ? new IOException(message) : new GitException(message) { Said = said };
        }
    }

    /// <summary>What it is to do, without the settings before it.</summary>
    private static IEnumerable<string> Asked(Collection<string> arguments)
    {
        int settings = 0;
        while (settings < arguments.Count && arguments[settings] == "-c")
        {
            settings += 2;
        }

        return arguments.Skip(settings);
    }

    /// <summary>The machine lacked something, or somebody ended it: another time it may do what it now could not. All else it will refuse again.</summary>
    private static bool MayPass(int exitCode, string said) =>
        exitCode > EndedBySignal || PassingFaults.Any(fault => said.Contains(fault, StringComparison.Ordinal));

    private static ProcessStartInfo StartOf(string folder, IReadOnlyList<string> arguments, string? index)
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
        start.Environment["GIT_CONFIG_GLOBAL"] = GlobalConfig;
        start.Environment["GIT_ATTR_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        if (index is not null)
        {
            start.Environment["GIT_INDEX_FILE"] = index;
        }

        return start;
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
}
