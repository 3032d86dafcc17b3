using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Interop;

/// <summary>Microsoft's own JavaScript client and worker, unchanged, against this hub over gRPC.</summary>
public sealed class JavaScriptSdkTests : IDisposable
{
    private static readonly string[] Scenarios =
    [
        "activities", "timer", "events", "subOrchestration", "continueAsNew", "retry", "failure", "terminate",
        "suspendAndResume", "rewind", "history", "queryAndPurge",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ClientAndWorker_RunEveryScenario()
    {
        await using HubServer server = await HubServer.StartAsync(
            new HubServerOptions { Listen = "127.0.0.1:0" },
            hub => hub.DatabasePath = Path.Combine(_folder.FullName, "hub.db"),
            logging => logging.SetMinimumLevel(LogLevel.Warning),
            TimeProvider.System,
            CancellationToken.None);

        (int exitCode, string output) = await RunNodeAsync(new Uri(server.Address).Authority);

        Assert.True(exitCode == 0, output);
        Assert.Equal(Scenarios.Select(name => $"ok {name}"), output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<(int ExitCode, string Output)> RunNodeAsync(string address, [CallerFilePath] string here = "")
    {
        string folder = Path.GetDirectoryName(here)!;
        Assert.True(
            Directory.Exists(Path.Combine(folder, "node_modules")),
            $"The JavaScript SDK is not installed. Run: bash infra/local/setup.sh tests (or: npm ci --prefix {folder})");

        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(folder, "interop.js"), address },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process node = Started(start);
        try
        {
            Task<string> output = node.StandardOutput.ReadToEndAsync();
            Task<string> errors = node.StandardError.ReadToEndAsync();
            await node.WaitForExitAsync().Soon(TimeSpan.FromMinutes(3));
            return (node.ExitCode, await output + await errors);
        }
        finally
        {
            node.Kill(entireProcessTree: true);
        }
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("Node.js is not installed. Run: bash infra/local/setup.sh tests", exception);
        }
    }
}
