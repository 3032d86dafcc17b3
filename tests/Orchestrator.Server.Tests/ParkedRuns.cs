using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Runs;
using Orchestrator.Cli.Hosting;
using Orchestrator.TaskHub;

namespace Orchestrator.Server.Tests;

/// <summary>Has nobody work on runs that tests keep in a folder: their orchestrations are there, and begin in a hundred years.</summary>
internal static class ParkedRuns
{
    // Runs beyond these are background of lists, and may fail behind it.
    private const int Most = 20;

    public static async Task ParkAsync(Deployment deployment)
    {
        await using var hub = new Hub(
            Options.Create(new TaskHubOptions { DatabasePath = deployment.Data.HubDatabase }), Options.Create(new NamedHubOptions()), TimeProvider.System, NullLogger<Hub>.Instance);
        await hub.StartAsync(CancellationToken.None);
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = hub.Invoker))
            .BuildServiceProvider();
        var client = services.GetRequiredService<DurableTaskClient>();
        foreach (UnfinishedRun run in (await deployment.Runs.ListUnfinishedAsync(CancellationToken.None)).Take(Most))
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                "Parked", null, new StartOrchestrationOptions(run.RunId, TimeProvider.System.GetUtcNow().AddYears(100)), CancellationToken.None);
        }
    }
}
