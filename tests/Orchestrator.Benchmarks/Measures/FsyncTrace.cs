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
        using Process traced = Start([.. Options(log), "--seccomp-bpf", ChildProcess.FileOf(executable), .. arguments]);
        Task<string> error = traced.StandardError.ReadToEndAsync(cancellationToken);
        await traced.StandardOutput.ReadToEndAsync(cancellationToken);
        await traced.WaitForExitAsync(cancellationToken);
        return traced.ExitCode == 0
            ? Read(File.ReadLines(log))
            : throw new IOException($"The traced run ended with exit code {traced.ExitCode}: {await error}");
    }

    /// <summary>Traces a process that works, and what it starts, for a while.</summary>
    /// <param name="process">Its id.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="log">Where the trace is written.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">strace is not installed, or may not trace it.</exception>
    public static async Task<FsyncTrace> AttachAsync(int process, TimeSpan duration, string log, CancellationToken cancellationToken)
    {
        using Process trace = Start([.. Options(log), $"--attach={process}"]);
        Task<string> error = trace.StandardError.ReadToEndAsync(cancellationToken);
        await Task.WhenAny(trace.WaitForExitAsync(cancellationToken), Task.Delay(duration, TimeProvider.System, cancellationToken));
        if (trace.HasExited)
        {
            throw new IOException($"Process {process} can't be traced: {await error}");
        }

        // At an interrupt it lets go of the process; at a kill it would, too, but what it has not written yet would be lost.
        using Process interrupt = Process.Start("kill", ["-INT", $"{trace.Id}"]);
        await trace.WaitForExitAsync(cancellationToken);
        return Read(File.ReadLines(log));
    }

    public static FsyncTrace Read(IEnumerable<string> lines) => new(lines
        .Select(line => Call().Match(line))
        .Where(match => match.Success)
        .Select(match => (double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value)));

    /// <summary>The files of all calls.</summary>
    public IReadOnlyList<string> Files => [.. _calls.Select(call => call.File)];

    /// <summary>How many calls began while a piece of work went on.</summary>
    public int During(Usage usage) => FilesBetween(usage.StartedAt, usage.StartedAt + usage.Seconds).Count;

    /// <summary>The files of the calls that began between two moments, in seconds since 1970.</summary>
    public IReadOnlyList<string> FilesBetween(double from, double to) =>
        [.. _calls.Where(call => call.Moment >= from && call.Moment <= to).Select(call => call.File)];

    private static string[] Options(string log) =>
        ["--follow-forks", "--decode-fds=path", "--timestamps=unix,us", "--trace=fsync,fdatasync", $"--output={log}"];

    private static Process Start(IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("strace", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
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
