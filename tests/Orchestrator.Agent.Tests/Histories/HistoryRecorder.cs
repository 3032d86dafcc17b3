using Grpc.Core;
using Grpc.Core.Interceptors;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Replays;

namespace Orchestrator.Agent.Tests.Histories;

/// <summary>
/// Stands between a worker and its hub and keeps the history of every generation, also of those that the hub forgets when
/// they continue as new, with the turn in which they do.
/// </summary>
internal sealed class HistoryRecorder : Interceptor
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OrchestratorRequest> _handedOut = [];
    private readonly Dictionary<(string Instance, string Execution), List<HistoryEvent>> _generations = [];

    /// <summary>What was recorded so far, each instance's generations in their order.</summary>
    public IReadOnlyList<StoredHistory> Histories
    {
        get
        {
            lock (_lock)
            {
                return
                [
                    .. _generations.GroupBy(generation => generation.Key.Instance).SelectMany(instance =>
                        instance.Select((generation, index) => new StoredHistory(instance.Key, index, [.. generation.Value]))),
                ];
            }
        }
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        AsyncServerStreamingCall<TResponse> call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(
            new WatchedStream<TResponse>(this, call.ResponseStream), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        // Before the hub has it: once it does, it may hand out the next turn.
        if (request is OrchestratorResponse answer)
        {
            Keep(answer);
        }

        return continuation(request, context);
    }

    // What came of an answer that a stop cut off the hub says itself: the turn after it comes with all that was committed.
    private void Keep(OrchestratorResponse answer)
    {
        lock (_lock)
        {
            if (!_handedOut.Remove(answer.CompletionToken, out OrchestratorRequest? turn) || answer.RequiresHistory)
            {
                return;
            }

            (string, string) generation = (turn.InstanceId, turn.ExecutionId);
            bool isLive = LiveOrchestration.Of(turn) is { Base: not null };
            List<HistoryEvent> events = isLive ? _generations[generation] : [.. turn.PastEvents.Select(WithoutStackTrace)];
            events.AddRange(turn.NewEvents.Select(WithoutStackTrace));
            events.AddRange(answer.Actions.Select(action => Committed(action, turn.NewEvents[0])));
            _generations[generation] = events;
        }
    }

    private void Note(WorkItem item)
    {
        if (item.OrchestratorRequest is { } turn)
        {
            lock (_lock)
            {
                _handedOut[item.CompletionToken] = turn;
            }
        }
    }

    private static HistoryEvent Committed(OrchestratorAction action, HistoryEvent turn)
    {
        var committed = new HistoryEvent { EventId = action.Id, Timestamp = turn.Timestamp };
        switch (action)
        {
            case { ScheduleTask: { } call }:
                committed.TaskScheduled = new TaskScheduledEvent { Name = call.Name, Version = call.Version, Input = call.Input };
                break;
            case { CreateTimer: { } timer }:
                committed.TimerCreated = new TimerCreatedEvent { FireAt = timer.FireAt };
                break;
            case { CreateSubOrchestration: { } child }:
                committed.SubOrchestrationInstanceCreated = new SubOrchestrationInstanceCreatedEvent
                {
                    InstanceId = child.InstanceId,
                    Name = child.Name,
                    Version = child.Version,
                    Input = child.Input,
                };
                break;
            case { SendEvent: { } sent }:
                committed.EventSent = new EventSentEvent { InstanceId = sent.Instance.InstanceId, Name = sent.Name, Input = sent.Data };
                break;
            case { CompleteOrchestration: { OrchestrationStatus: OrchestrationStatus.ContinuedAsNew } next }:
                committed.ContinueAsNew = new ContinueAsNewEvent { Input = next.Result };
                break;
            case { CompleteOrchestration: { } end }:
                committed.ExecutionCompleted = new ExecutionCompletedEvent
                {
                    OrchestrationStatus = end.OrchestrationStatus,
                    Result = end.Result,
                    FailureDetails = end.FailureDetails,
                };
                break;
        }

        return WithoutStackTrace(committed);
    }

    // It names the machine that made it.
    private static HistoryEvent WithoutStackTrace(HistoryEvent happened)
    {
        HistoryEvent kept = happened.Clone();
        for (TaskFailureDetails? failure = kept.TaskFailed?.FailureDetails
                ?? kept.SubOrchestrationInstanceFailed?.FailureDetails
                ?? kept.ExecutionCompleted?.FailureDetails;
            failure is not null;
            failure = failure.InnerFailure)
        {
            failure.StackTrace = null;
        }

        return kept;
    }

    private sealed class WatchedStream<T>(HistoryRecorder recorder, IAsyncStreamReader<T> stream) : IAsyncStreamReader<T>
    {
        public T Current => stream.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            bool has = await stream.MoveNext(cancellationToken);
            if (has && Current is WorkItem item)
            {
                recorder.Note(item);
            }

            return has;
        }
    }
}
