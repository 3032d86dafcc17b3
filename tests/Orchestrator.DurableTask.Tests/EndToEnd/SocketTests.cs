using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.TaskHub;

namespace Orchestrator.DurableTask.Tests.EndToEnd;

public sealed class SocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sdk-");
    private HubServer? _hub;
    private ServiceProvider? _worker;

    public async Task InitializeAsync()
    {
        _hub = await ListenAsync("127.0.0.1:0");
        ServiceCollection services = new();
        services.AddLogging();
        services.AddDurableTaskWorker(worker => worker.UseGrpc(_hub.Address).AddTasks(tasks => tasks
            .AddActivityFunc<string, string>("Shout", (_, text) => text.ToUpperInvariant())
            .AddOrchestratorFunc("Listen", async context =>
                await context.CallActivityAsync<string>("Shout", await context.WaitForExternalEvent<string>("Word")))));
        services.AddDurableTaskClient(client => client.UseGrpc(_hub.Address));
        _worker = services.BuildServiceProvider();
        await _worker.GetRequiredService<IHostedService>().StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _worker!.GetRequiredService<IHostedService>().StopAsync(CancellationToken.None);
        await _worker!.DisposeAsync();
        await StopHubAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task HubIsRestartedUnderTheWorker_TheOrchestrationGoesOn()
    {
        DurableTaskClient client = _worker!.GetRequiredService<DurableTaskClient>();
        string id = await client.ScheduleNewOrchestrationInstanceAsync("Listen");
        await client.WaitForInstanceStartAsync(id).WaitAsync(Bound);

        string address = _hub!.Address;
        await StopHubAsync();
        _hub = await ListenAsync(new Uri(address).Authority);
        await ReachAsync(client, id);
        await client.RaiseEventAsync(id, "Word", "hello");
        OrchestrationMetadata end = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(Bound);

        Assert.Equal("HELLO", end.ReadOutputAs<string>());
    }

    // A call that is begun on the connection of before, in the moment in which that ends, fails; an event is sent once.
    private static async Task ReachAsync(DurableTaskClient client, string id)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await client.GetInstanceAsync(id);
                return;
            }
            catch (RpcException) when (TimeProvider.System.GetElapsedTime(begun) < Bound)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    // The streams end before the server does: it would wait for them.
    private async Task StopHubAsync()
    {
        await _hub!.Hub.StopAsync(CancellationToken.None);
        await _hub.DisposeAsync();
    }

    private Task<HubServer> ListenAsync(string at) => HubServer.StartAsync(
        new HubServerOptions { Listen = at },
        options => options.DatabasePath = Path.Combine(_folder.FullName, "hub.db"),
        _ => { },
        TimeProvider.System,
        CancellationToken.None);
}
