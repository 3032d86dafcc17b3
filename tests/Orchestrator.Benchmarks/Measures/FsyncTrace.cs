using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Benchmarks.Measures;

/// <summary>The calls of fsync and fdatasync that a run of an executable made, as its system call trace has them.</summary>
internal sealed partial class FsyncTrace
{
    // Seconds since 1970 with microseconds; calls that were not interrupted by others' have no second line.
    private readonly (double Moment, string File)[] _calls;

    private FsyncTrace(IEnumerable<(double, string)> calls) => _calls = [.. calls];

    /// <summary>Runs an executable with these arguments under <c>strace</c>, children included.</summary>
    /// <param name="executable">One beside this assembly.</param>
    /// <param name="log">Where the trace is written.</param>
    /// <exception cref="IOException">strace is not installed, or the run failed.</exception>
    public static async Task<FsyncTrace> RunAsync(
        string executable, IEnumerable<string> arguments, string log, CancellationToken cancellationToken)
    {
        string[] strace =
        [
            "--follow-forks", "--seccomp-bpf", "--decode-fds=path", "--timestamps=unix,us", "--trace=fsync,fdatasync", $"--output={log}",
            ChildProcess.FileOf(executable),
        ];
        var start = new ProcessStartInfo("strace", strace.Concat(arguments)) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process traced = Start(start);
        Task<string> error = traced.StandardError.ReadToEndAsync(cancellationToken);
        await traced.StandardOutput.ReadToEndAsync(cancellationToken);
        await traced.WaitForExitAsync(cancellationToken);
        return traced.ExitCode == 0
            ? Read(File.ReadLines(log))
            : throw new IOException($"The traced run ended with exit code {traced.ExitCode}: {await error}");
    }

    public static FsyncTrace Read(IEnumerable<string> lines) => new(lines
        .Select(line => Call().Match(line))
        .Where(match => match.Success)
        .Select(match => (double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value)));

    /// <summary>How many calls began while a piece of work went on.</summary>
    public int During(Usage usage) => FilesBetween(usage.StartedAt, usage.StartedAt + usage.Seconds).Count;

    /// <summary>The files of the calls that began between two moments, in seconds since 1970.</summary>
    public IReadOnlyList<string> FilesBetween(double from, double to) =>
        [.. _calls.Where(call => call.Moment >= from && call.Moment <= to).Select(call => call.File)];

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new IOException("Counting fsyncs needs strace: apt-get install strace.", failure);
        }
    }

    // 4711 1767225600.123456 fdatasync(7</data/hub.db-wal> <unfinished ...>; a later "<... fdatasync resumed>" is the same call.
    [GeneratedRegex(@"^\d+ +(\d+\.\d+) f(?:data)?sync\(\d+(?:<([^>]*)>)?")]
    private static partial Regex Call();
}
