using System.Diagnostics;
using Orchestrator.Reliability.Tests.Processes;
using Orchestrator.Testing;
using Orchestrator.Testing.Processes;
using Xunit.Abstractions;

namespace Orchestrator.Reliability.Tests.Disks;

/// <summary>R4 and R5: writes and syncs that fail, and disks that are full. Needs gcc and unshare; setup.sh installs them.</summary>
public sealed class DiskFaultTests(ITestOutputHelper output) : IDisposable
{
    private const double LongestRecoverySeconds = 10;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("disk-");

    private static int Cycles => Rounds.Of(gate: 5, deep: 20);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task NthWriteOrSyncFails_TypedFailureAndNothingAcknowledgedIsLost()
    {
        int most = Rounds.Of(gate: 300, deep: 1_000) / Enum.GetValues<DiskFault>().Length;
        string library = Path.Combine(_folder.FullName, DiskFaults.Library);
        await RunAsync("gcc", ["-shared", "-fPIC", "-O2", "-o", library, ChildProcess.FileOf("Disks/faults.c"), "-ldl"]);

        string said = await RunAsync(
            ChildProcess.FileOf(Respawned.Executable),
            [DiskFaults.Verb, _folder.FullName, $"{most}"],
            ("LD_PRELOAD", library),
            ("LD_LIBRARY_PATH", _folder.FullName));

        string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        output.WriteLine(lines[^1]);
        Assert.Empty(lines[..^1]);
        Assert.Equal(most * Enum.GetValues<DiskFault>().Length, int.Parse(lines[^1].Split(' ')[1]));
    }

    [Fact]
    public async Task DiskIsFull_ReadsAnswerAndTheHubRecovers()
    {
        string script = $"mount -t tmpfs -o size=32m tmpfs '{_folder.FullName}' && exec '{ChildProcess.FileOf(Respawned.Executable)}' {FullDisk.Verb} '{_folder.FullName}' {Cycles}";

        string said = await RunAsync("unshare", ["--map-root-user", "--mount", "sh", "-c", script]);

        string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        output.WriteLine(lines[^1]);
        Assert.Empty(lines[..^1]);
        Assert.InRange(double.Parse(lines[^1].Split(' ')[^1]), 0, LongestRecoverySeconds);
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardOutput.ReadToEndAsync();
        string complained = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {complained} {await said}");
        return await said;
    }
}
