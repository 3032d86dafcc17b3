using System.Threading.Channels;
using Google.Protobuf;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Protocol;

namespace Orchestrator.DurableTask.Tests.Worker;

/// <summary>A worker that runs against a fake hub, by a clock that the test moves.</summary>
internal sealed class TestWorker : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IHostedService _worker;

    private TestWorker(ServiceProvider services)
    {
        _services = services;
        _worker = services.GetRequiredService<IHostedService>();
        WorkItems = Hub.Stream<GetWorkItemsRequest>();
    }

    public FakeHub Hub => _services.GetRequiredService<FakeHub>();

    public FakeTimeProvider Time => _services.GetRequiredService<FakeTimeProvider>();

    public ChannelWriter<IMessage> WorkItems { get; private set; }

    public static async Task<TestWorker> StartAsync(Action<IDurableTaskWorkerBuilder> configure, Action<IServiceCollection>? more = null)
    {
        FakeHub hub = new();
        FakeTimeProvider time = new();
        ServiceCollection services = new();
        services.AddLogging().AddSingleton(hub).AddSingleton(time).AddSingleton<TimeProvider>(time);
        more?.Invoke(services);
        services.AddDurableTaskWorker(worker =>
        {
            worker.UseGrpc(options => options.CallInvoker = hub);
            configure(worker);
        });
        TestWorker started = new(services.BuildServiceProvider());
        await started._worker.StartAsync(CancellationToken.None);
        return started;
    }

    /// <summary>As a host does first when it stops.</summary>
    public Task AnnounceStopAsync() => ((IHostedLifecycleService)_worker).StoppingAsync(CancellationToken.None);

    public Task StopAsync() => _worker.StopAsync(CancellationToken.None);

    /// <summary>Ends the stream; the worker finds a new one when it connects again.</summary>
    public void EndStream()
    {
        ChannelWriter<IMessage> ended = WorkItems;
        WorkItems = Hub.Stream<GetWorkItemsRequest>();
        ended.Complete();
    }

    public void Send(WorkItem item) => Assert.True(WorkItems.TryWrite(item));

    public void Send(ActivityRequest request, string token = "token")
    {
        request.OrchestrationInstance = new OrchestrationInstance { InstanceId = "instance" };
        Send(new WorkItem { ActivityRequest = request, CompletionToken = token });
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
