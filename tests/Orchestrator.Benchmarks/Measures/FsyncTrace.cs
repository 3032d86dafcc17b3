using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Benchmarks.Measures;

/// <summary>The calls of fsync and fdatasync that a run of this executable made, as its system call trace has them.</summary>
internal sealed partial class FsyncTrace
{
    // Seconds since 1970 with microseconds; calls that were not interrupted by others' have no second line.
    private readonly double[] _moments;

    private FsyncTrace(IEnumerable<double> moments) => _moments = [.. moments];

    /// <summary>Runs this executable with these arguments under <c>strace</c>, children included.</summary>
    /// <param name="log">Where the trace is written.</param>
    /// <exception cref="IOException">strace is not installed, or the run failed.</exception>
    public static async Task<FsyncTrace> RunAsync(IEnumerable<string> arguments, string log, CancellationToken cancellationToken)
    {
        string[] strace = ["--follow-forks", "--seccomp-bpf", "--timestamps=unix,us", "--trace=fsync,fdatasync", $"--output={log}", ChildProcess.FileOf(Workloads.Executable)];
        var start = new ProcessStartInfo("strace", strace.Concat(arguments)) { RedirectStandardOutput = true };
        using Process traced = Start(start);
        string said = await traced.StandardOutput.ReadToEndAsync(cancellationToken);
        await traced.WaitForExitAsync(cancellationToken);
        return traced.ExitCode == 0
            ? Read(File.ReadLines(log))
            : throw new IOException($"The traced run ended with exit code {traced.ExitCode}: {said}");
    }

    public static FsyncTrace Read(IEnumerable<string> lines) => new(lines
        .Select(line => Call().Match(line))
        .Where(match => match.Success)
        .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)));

    /// <summary>How many calls began while a piece of work went on.</summary>
    public int During(Usage usage) =>
        _moments.Count(moment => moment >= usage.StartedAt && moment <= usage.StartedAt + usage.Seconds);

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

    // 4711 1767225600.123456 fdatasync(7 <unfinished ...>; the later "<... fdatasync resumed>" is the same call.
    [GeneratedRegex(@"^\d+ +(\d+\.\d+) f(?:data)?sync\(")]
    private static partial Regex Call();
}
