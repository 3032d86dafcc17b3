using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Orchestrator.Agent.Runs;
using Orchestrator.Protocol;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>Workers of two builds on one hub, as while a deployment is upgraded.</summary>
public sealed class OlderWorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task RunOfANewerVersion_IsLeftToTheNewerWorker()
    {
        using var bound = new CancellationTokenSource(Patience);
        await using HubWithWorkers hub = await HubWithWorkers.StartAsync();
        var refusals = new Refusals();
        DurableTaskClient client = await hub.AddWorkerAsync(worker => worker.ServeRuns(), refusals);

        string run = await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(RunOrchestrator), "input", new StartOrchestrationOptions { Version = NextRun.Version }, bound.Token);
        string later = await client.ScheduleNewOrchestrationInstanceAsync(nameof(RunOrchestrator), "no state", bound.Token);
        await client.WaitForInstanceCompletionAsync(later, bound.Token);   // what was asked for later was handed out, and failed
        OrchestrationMetadata waiting = (await client.GetInstanceAsync(run, bound.Token))!;
        await hub.AddWorkerAsync(worker => worker.AddTasks(registry => registry.AddOrchestrator<NextRun>()), new Refusals());
        OrchestrationMetadata end = await client.WaitForInstanceCompletionAsync(run, getInputsAndOutputs: true, bound.Token);

        Assert.Equal(OrchestrationRuntimeStatus.Pending, waiting.RuntimeStatus);
        Assert.Equal(0, refusals.Count);   // each counts as a failed attempt
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("input of the next version", end.ReadOutputAs<string>());
    }

    [DurableTask(nameof(RunOrchestrator), Version = Version)]
    private sealed class NextRun : TaskOrchestrator<string, string>
    {
        public const string Version = "8";

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
