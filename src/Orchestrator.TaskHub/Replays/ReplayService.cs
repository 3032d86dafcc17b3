using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Replays;

/// <summary>The protocol's service as a worker sees it: it hands out turns that were taken long ago, and keeps nothing.</summary>
internal sealed class ReplayService : TaskHubSidecarService.TaskHubSidecarServiceBase
{
    private readonly Channel<WorkItem> _waiting = Channel.CreateUnbounded<WorkItem>();
    private readonly ConcurrentDictionary<string, PlayedTurn> _played = new(StringComparer.Ordinal);
    private int _tokens;

    /// <summary>Has the worker take a turn; it is told the whole history before, so that it replays it.</summary>
    public async Task<IReadOnlyList<OrchestratorAction>> PlayAsync(StoredHistory history, RecordedTurn turn, CancellationToken cancellationToken)
    {
        string token = Interlocked.Increment(ref _tokens).ToString(CultureInfo.InvariantCulture);
        PlayedTurn played = _played.GetOrAdd(token, _ => new PlayedTurn());
        var request = new OrchestratorRequest { InstanceId = history.InstanceId, PastEvents = { turn.Past }, NewEvents = { turn.New } };
        await _waiting.Writer.WriteAsync(new WorkItem { OrchestratorRequest = request, CompletionToken = token }, cancellationToken);
        return await played.Answer.Task.WaitAsync(cancellationToken);
    }

    public override Task<Empty> Hello(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task GetWorkItems(
        GetWorkItemsRequest request, IServerStreamWriter<WorkItem> responseStream, ServerCallContext context)
    {
        await foreach (WorkItem item in _waiting.Reader.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(item, context.CancellationToken);
        }
    }

    public override Task<CompleteTaskResponse> CompleteOrchestratorTask(OrchestratorResponse request, ServerCallContext context)
    {
        if (_played.TryGetValue(request.CompletionToken, out PlayedTurn? played))
        {
            // A large answer comes in parts.
            played.Actions.AddRange(request.Actions);
            if (!request.IsPartial)
            {
                _played.TryRemove(request.CompletionToken, out _);
                played.Answer.TrySetResult(played.Actions);
            }
        }

        return Task.FromResult(new CompleteTaskResponse());
    }

    public override Task<AbandonOrchestrationTaskResponse> AbandonTaskOrchestratorWorkItem(
        AbandonOrchestrationTaskRequest request, ServerCallContext context)
    {
        if (_played.TryRemove(request.CompletionToken, out PlayedTurn? played))
        {
            played.Answer.TrySetException(new InvalidOperationException("The worker refuses to replay this version, or failed to answer."));
        }

        return Task.FromResult(new AbandonOrchestrationTaskResponse());
    }

    private sealed class PlayedTurn
    {
        public List<OrchestratorAction> Actions { get; } = [];

        public TaskCompletionSource<IReadOnlyList<OrchestratorAction>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
