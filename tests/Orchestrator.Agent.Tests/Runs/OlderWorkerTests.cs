using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Runs;
using Orchestrator.Protocol;
using Orchestrator.TaskHub;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Workers of two builds on one hub, as while a deployment is upgraded.</summary>
public sealed class OlderWorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task RunOfANewerVersion_IsLeftToTheNewerWorker()
    {
        using var folder = new TemporaryFolder();
        using var bound = new CancellationTokenSource(Patience);
        await using var hub = new Hub(
            Options.Create(new TaskHubOptions { DatabasePath = folder.At("hub.db") }),
            Options.Create(new NamedHubOptions()),
            TimeProvider.System,
            NullLogger<Hub>.Instance);
        await hub.StartAsync(CancellationToken.None);
        var refusals = new Refusals();
        await using ServiceProvider older = await StartAsync(hub.Invoker.Intercept(refusals), worker => worker.ServeRuns());
        DurableTaskClient client = older.GetRequiredService<DurableTaskClient>();

        string run = await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(RunOrchestrator), "input", new StartOrchestrationOptions { Version = NextRun.Version }, bound.Token);
        string later = await client.ScheduleNewOrchestrationInstanceAsync(nameof(RunOrchestrator), "no state", bound.Token);
        await client.WaitForInstanceCompletionAsync(later, bound.Token);   // what was asked for later was handed out, and failed
        OrchestrationMetadata waiting = (await client.GetInstanceAsync(run, bound.Token))!;
        await using ServiceProvider newer = await StartAsync(hub.Invoker, worker => worker.AddTasks(registry => registry.AddOrchestrator<NextRun>()));
        OrchestrationMetadata end = await client.WaitForInstanceCompletionAsync(run, getInputsAndOutputs: true, bound.Token);

        Assert.Equal(OrchestrationRuntimeStatus.Pending, waiting.RuntimeStatus);
        Assert.Equal(0, refusals.Count);   // each counts as a failed attempt
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("input of the next version", end.ReadOutputAs<string>());
        await StopAsync(newer);
        await StopAsync(older);
    }

    private static async Task<ServiceProvider> StartAsync(CallInvoker hub, Action<IDurableTaskWorkerBuilder> serve)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddDurableTaskWorker(worker =>
        {
            worker.UseGrpc(options => options.CallInvoker = hub);
            serve(worker);
        });
        services.AddDurableTaskClient(client => client.UseGrpc(options => options.CallInvoker = hub));
        ServiceProvider provider = services.BuildServiceProvider();
        foreach (IHostedService service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return provider;
    }

    private static Task StopAsync(ServiceProvider provider) =>
        Task.WhenAll(provider.GetServices<IHostedService>().Select(service => service.StopAsync(CancellationToken.None)));

    [DurableTask(nameof(RunOrchestrator), Version = Version)]
    private sealed class NextRun : TaskOrchestrator<string, string>
    {
        public const string Version = "2";

        public override Task<string> RunAsync(TaskOrchestrationContext context, string input) => Task.FromResult(input + " of the next version");
    }

    /// <summary>Sees what a worker gives back.</summary>
    private sealed class Refusals : Interceptor
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            if (request is AbandonOrchestrationTaskRequest)
            {
                Interlocked.Increment(ref _count);
            }

            return continuation(request, context);
        }
    }
}
