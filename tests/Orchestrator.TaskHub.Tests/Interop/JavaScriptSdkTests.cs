using Microsoft.Extensions.Logging;
using Orchestrator.Testing.Processes;

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

        (int exitCode, string output) = await NodeScript.RunAsync("interop.js", new Uri(server.Address).Authority);

        Assert.True(exitCode == 0, output);
        Assert.Equal(Scenarios.Select(name => $"ok {name}"), output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
