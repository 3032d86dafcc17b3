using BenchmarkDotNet.Attributes;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Benchmarks.Durable.Agents;
using Orchestrator.Benchmarks.Durable.Hubs;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Protocol;

namespace Orchestrator.Benchmarks.Functions;

/// <summary>Replay of a whole generation from its history, as a worker does that has never seen the instance.</summary>
public class ReplayBenchmarks
{
    private const string InstanceId = "agent";
    private const int Iterations = 20;

    private readonly ReplaySettings _settings =
        new(JsonDataConverter.Default, TimeSpan.FromDays(3), DefaultVersion: "", NullLoggerFactory.Instance);

    private readonly ITaskOrchestrator _orchestrator = FuncTaskOrchestrator.Create<AgentState, int>(AgentLoop.RunAsync);
    private readonly List<HistoryEvent> _history = [];
    private ExecutionStartedEvent? _start;

    /// <summary>Lets a real hub write the history, up to the last turn.</summary>
    [GlobalSetup]
    public async Task RecordAsync()
    {
        using var folder = WorkFolder.Create(parent: null);
        await using MeasuredHub hub = await MeasuredHub.StartAsync(HubPlace.Embedded, folder.Path, CancellationToken.None);
        await using Worker worker = await Worker.StartAsync(
            hub.Invoker, tasks => AgentLoop.AddTo(tasks, StepTexts.Answer, StepTexts.Output), CancellationToken.None);
        var state = new AgentState(0, 0, Iterations, Iterations, ToolBytes: 100);
        await worker.Client.ScheduleNewOrchestrationInstanceAsync(AgentLoop.Name, state, new StartOrchestrationOptions(InstanceId));
        await worker.Client.WaitForInstanceCompletionAsync(InstanceId, CancellationToken.None);

        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(hub.Invoker);
        using AsyncServerStreamingCall<HistoryChunk> stream =
            client.StreamInstanceHistory(new StreamInstanceHistoryRequest { InstanceId = InstanceId });
        await foreach (HistoryChunk chunk in stream.ResponseStream.ReadAllAsync())
        {
            _history.AddRange(chunk.Events.Where(happened => happened.ExecutionCompleted is null));
        }

        _start = _history.First(happened => happened.ExecutionStarted is not null).ExecutionStarted;
    }

    [Benchmark]
    public int ReplayGenerationOfTwentyIterations() =>
        new OrchestratorExecution(InstanceId, _start!, _orchestrator, _settings).Play(_history, []).Actions.Count;
}
