using System.Diagnostics;
using Orchestrator.Reliability.Tests.Invariants;
using Orchestrator.Reliability.Tests.Processes;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Reliability.Tests.Disks;

/// <summary>The product's hub meets one fault of its disk, anywhere from its start on, while a client has it start instances.</summary>
/// <param name="seed">Decides which fault, and at which call.</param>
/// <param name="library">What <c>faults.c</c> was compiled to.</param>
internal sealed class HubDiskFaultRound(int seed, string library)
{
    private const int Starts = 40;
    private const int EnvironmentLacks = 5;

    // While it opens a new database a hub makes about thirty writes and ten syncs.
    private const int LatestWrite = 200;
    private const int LatestSync = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    /// <summary>What became of the round.</summary>
    /// <param name="HasStruck">Whether the hub came as far as the fault.</param>
    /// <param name="HasEnded">Whether the hub ended itself.</param>
    /// <param name="Acknowledged">The instances whose start was acknowledged.</param>
    /// <param name="Violations">What is wrong.</param>
    internal sealed record Result(bool HasStruck, bool HasEnded, int Acknowledged, IReadOnlyList<string> Violations);

    public async Task<Result> RunAsync(string folder)
    {
#pragma warning disable CA5394 // A test's dice.
        var dice = new Random(seed);
        var fault = (DiskFault)dice.Next(Enum.GetValues<DiskFault>().Length);
        bool isSync = fault is DiskFault.SyncFails or DiskFault.SyncFindsDiskFull;
        int nth = dice.Next(1, isSync ? LatestSync : LatestWrite);
#pragma warning restore CA5394
        string sign = Path.Combine(folder, "struck");
        string database = Path.Combine(folder, "data", "hub.db");
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        int port = Ports.Free();
        using var client = new HubClient($"http://127.0.0.1:{port}") { Patience = Patience };
        using Process hub = Start(port, folder, $"{database}:{DiskFaults.CallOf(fault)}:{nth}:{DiskFaults.ErrorOf(fault)}", sign);
        Task<string> said = hub.StandardError.ReadToEndAsync();

        for (int number = 0; number < Starts && !hub.HasExited; number++)
        {
            await TryStartAsync(client, $"i-{number}");
        }

        bool hasStruck = File.Exists(sign);
        var violations = new List<string>();
        if (hasStruck && isSync)
        {
            await hub.WaitForExitAsync().WaitAsync(Hang).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        bool hasEnded = hub.HasExited;
        if (!hasEnded)
        {
            hub.Kill();
            await hub.WaitForExitAsync();
        }

        string complaint = await said;
        if (hasStruck && isSync && !hasEnded)
        {
            violations.Add($"{fault} at call {nth}: the hub went on");
        }

        if (hasEnded && (hub.ExitCode != EnvironmentLacks || complaint.Contains("Unhandled", StringComparison.Ordinal)))
        {
            violations.Add($"{fault} at call {nth}: the hub ended with {hub.ExitCode}: {complaint}");
        }

        if (File.Exists(database))
        {
            violations.AddRange((await HubInvariants.ViolationsAsync(database, client)).Select(wrong => $"{fault} at call {nth}: {wrong}"));
        }

        return new Result(hasStruck, hasEnded, client.Started.Count, [.. violations.Select(violation => $"seed {seed}: {violation}")]);
    }

    private static async Task TryStartAsync(HubClient client, string id)
    {
        try
        {
            await client.StartAsync(id, TestTasks.Chain, "1");
        }
        catch (TimeoutException)
        {
            // Nobody said that it started.
        }
    }

    private Process Start(int port, string folder, string fault, string sign)
    {
        var start = new ProcessStartInfo(
            ChildProcess.FileOf("orchestrator"), ["hub", "--listen", $"127.0.0.1:{port}", "--data", Path.Combine(folder, "data")])
        {
            RedirectStandardError = true,
            Environment = { ["LD_PRELOAD"] = library, ["FAULT"] = fault, ["FAULT_SIGN"] = sign },
        };
        return Process.Start(start)!;
    }
}
