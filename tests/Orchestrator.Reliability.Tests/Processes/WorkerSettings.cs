using System.Text.Json;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Reliability.Tests.Workloads;

namespace Orchestrator.Reliability.Tests.Processes;

/// <summary>A worker of the tests: in this process, or by these words in one of its own.</summary>
/// <param name="Hub">The hub's address.</param>
/// <param name="Folder">Where its activities leave their traces.</param>
internal sealed record WorkerSettings(string Hub, string Folder)
{
    public const string Verb = "worker";

    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where it says what it does; null for nowhere.</summary>
    public string? LogFile { get; init; }

    public IEnumerable<string> Arguments() => [Verb, JsonSerializer.Serialize(this)];

    public static WorkerSettings Read(string json) => JsonSerializer.Deserialize<WorkerSettings>(json)!;

    public async Task<IAsyncDisposable> StartAsync()
    {
        var effects = new EffectLog(Folder);
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            if (LogFile is not null)
            {
                logging.AddProvider(new FileLog(LogFile)).SetMinimumLevel(LogLevel.Information);
            }
        });
        services.AddDurableTaskWorker(worker => worker
            .UseGrpc(options =>
            {
                options.Address = Hub;
                options.LongestSilence = LongestSilence;
                options.CompleteOrchestrationWorkItemChunkSizeInBytes =
                    Microsoft.DurableTask.Worker.Grpc.GrpcDurableTaskWorkerOptions.MinCompleteOrchestrationWorkItemChunkSizeInBytes;
            })
            .AddTasks(tasks => TestTasks.AddTo(tasks, effects)));
        ServiceProvider provider = services.BuildServiceProvider();
        var running = new Running(provider, effects);
        await running.Hosted.StartAsync(CancellationToken.None);
        return running;
    }

    private sealed class Running(ServiceProvider services, EffectLog effects) : IAsyncDisposable
    {
        public IHostedService Hosted { get; } = services.GetRequiredService<IHostedService>();

        public async ValueTask DisposeAsync()
        {
            await Hosted.StopAsync(CancellationToken.None);
            await services.DisposeAsync();
            effects.Dispose();
        }
    }
}
