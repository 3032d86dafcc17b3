using System.Collections.Concurrent;
using System.Diagnostics;
using Orchestrator.Reliability.Tests.Processes;
using Orchestrator.Testing;
using Orchestrator.Testing.Processes;
using Xunit.Abstractions;

namespace Orchestrator.Reliability.Tests.Disks;

/// <summary>R4 and R5: writes and syncs that fail, and disks that are full. Needs gcc and unshare; setup.sh installs them.</summary>
public sealed class DiskFaultTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Writes a file as the product does; for a process whose disk fails.</summary>
    public const string WriteFileVerb = "write-file";

    private const double LongestRecoverySeconds = 10;
    private const int AtOnce = 4;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("disk-");

    private static int Cycles => Rounds.Of(gate: 5, deep: 20);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task NthWriteOrSyncFails_TypedFailureAndNothingAcknowledgedIsLost()
    {
        int most = Rounds.Of(gate: 260, deep: 300) / Enum.GetValues<DiskFault>().Length;
        string library = await CompileAsync();

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
    public async Task NthWriteOrSyncOfTheHubFails_NothingAcknowledgedIsLostAndAFailedSyncEndsIt()
    {
        int rounds = Rounds.Of(gate: 40, deep: 200);
        int firstSeed = Environment.TickCount & 0xffffff;
        string library = await CompileAsync();
        var results = new ConcurrentQueue<HubDiskFaultRound.Result>();

        await Parallel.ForEachAsync(
            Enumerable.Range(firstSeed, rounds),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seed, _) => results.Enqueue(await new HubDiskFaultRound(seed, library).RunAsync(Path.Combine(_folder.FullName, $"{seed}"))));

        output.WriteLine(
            $"seeds {firstSeed} to {firstSeed + rounds - 1}: {results.Count(result => result.HasStruck)} struck, "
            + $"{results.Count(result => result.HasEnded)} ended the hub, {results.Sum(result => result.Acknowledged)} acknowledged");
        Assert.Empty(results.SelectMany(result => result.Violations));
        Assert.True(results.Count(result => result.HasStruck) > rounds / 2, "Most faults never struck.");
        Assert.True(results.Count(result => result.HasEnded) > rounds / 10, "Hardly a sync failed.");
        Assert.True(results.Sum(result => result.Acknowledged) > rounds * 5, "Hardly anything was acknowledged.");
    }

    [Fact]
    public async Task SyncOfAFileFails_ItsWriterIsToldAndNoFileIsThere()
    {
        string unsynced = Path.Combine(_folder.FullName, "unsynced");
        await RunAsync("gcc", ["-O2", "-o", unsynced, ChildProcess.FileOf("Disks/unsynced.c")]);
        string file = Path.Combine(_folder.FullName, "payload");
        var start = new ProcessStartInfo(unsynced, [ChildProcess.FileOf(Respawned.Executable), WriteFileVerb, file]) { RedirectStandardError = true };

        using Process process = Process.Start(start)!;
        string complaint = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Contains("Syncing", complaint, StringComparison.Ordinal);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Empty(Directory.EnumerateFiles(_folder.FullName, "payload*"));
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

    private async Task<string> CompileAsync()
    {
        string library = Path.Combine(_folder.FullName, DiskFaults.Library);
        await RunAsync("gcc", ["-shared", "-fPIC", "-O2", "-o", library, ChildProcess.FileOf("Disks/faults.c"), "-ldl"]);
        return library;
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
