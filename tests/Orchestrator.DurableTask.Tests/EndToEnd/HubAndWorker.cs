using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.TaskHub;

namespace Orchestrator.DurableTask.Tests.EndToEnd;

/// <summary>The hub in this process, a worker and a client of it, all by a clock that the test moves.</summary>
internal sealed class HubAndWorker : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sdk-");
    private readonly Action<DurableTaskRegistry> _tasks;
    private readonly Hub _hub;
    private ServiceProvider? _worker;

    private HubAndWorker(Action<DurableTaskRegistry> tasks)
    {
        _tasks = tasks;

        // The test's clock leaps while a turn is with the worker: that alone is no worker that was lost.
        TaskHubOptions options = new()
        {
            DatabasePath = Path.Combine(_folder.FullName, "hub.db"),
            LeaseDuration = TimeSpan.FromHours(1),
            TurnLimit = TimeSpan.FromDays(1),
            MaxAttempts = 100,
        };
        _hub = new Hub(Options.Create(options), Options.Create(new NamedHubOptions()), Time, NullLogger<Hub>.Instance);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));

    public DurableTaskClient Client => _worker!.GetRequiredService<DurableTaskClient>();

    public static async Task<HubAndWorker> StartAsync(Action<DurableTaskRegistry> tasks)
    {
        HubAndWorker both = new(tasks);
        await both._hub.StartAsync(CancellationToken.None);
        await both.StartWorkerAsync();
        return both;
    }

    /// <summary>Stops the worker, with whatever it is doing, and starts another.</summary>
    public async Task ReplaceWorkerAsync()
    {
        await StopWorkerAsync();
        await StartWorkerAsync();
    }

    /// <summary>Runs an orchestration to its end while time goes by in steps.</summary>
    public async Task<OrchestrationMetadata> RunAsync(TaskName name, object? input = null, TimeSpan step = default)
    {
        string id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input);
        return await EndAsync(id, step);
    }

    /// <summary>Waits for an orchestration's end while time goes by in steps.</summary>
    public Task<OrchestrationMetadata> EndAsync(string instanceId, TimeSpan step = default) =>
        UntilAsync(instanceId, metadata => metadata.IsCompleted, step);

    /// <summary>Waits until an instance is as it should be, while time goes by in steps.</summary>
    public async Task<OrchestrationMetadata> UntilAsync(
        string instanceId, Func<OrchestrationMetadata, bool> isReached, TimeSpan step = default)
    {
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            OrchestrationMetadata? metadata = await Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, bound.Token);
            if (metadata is not null && isReached(metadata))
            {
                return metadata;
            }

            Time.Advance(step);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, bound.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopWorkerAsync();
        await _hub.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartWorkerAsync()
    {
        ServiceCollection services = new();
        services.AddLogging().AddSingleton<TimeProvider>(Time);
        services.AddDurableTaskWorker(worker => worker.UseGrpc(options => options.CallInvoker = _hub.Invoker).AddTasks(_tasks));
        services.AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = _hub.Invoker));
        _worker = services.BuildServiceProvider();
        await _worker.GetRequiredService<IHostedService>().StartAsync(CancellationToken.None);
    }

    private async Task StopWorkerAsync()
    {
        await _worker!.GetRequiredService<IHostedService>().StopAsync(CancellationToken.None);
        await _worker!.DisposeAsync();
    }
}
