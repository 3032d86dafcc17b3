using Orchestrator.Protocol;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Engine;

/// <summary>Turns a worker's answer into what the store commits. Pure: the same answer always means the same.</summary>
internal sealed class TurnInterpreter
{
    private readonly Turn _turn;
    private readonly DateTimeOffset _now;
    private readonly PayloadLimit _limit;
    private readonly List<HistoryEvent> _history;
    private readonly HashSet<int> _answeredIds = [];
    private readonly List<ActivityRequest> _activities = [];
    private readonly List<TimerRequest> _timers = [];
    private readonly List<ChildRequest> _children = [];
    private readonly List<EventRequest> _events = [];
    private readonly List<HistoryEvent> _refusals = [];
    private CompleteOrchestrationAction? _completion;
    private int _completionId;
    private TaskFailureDetails? _tooLarge;

    private TurnInterpreter(Turn turn, DateTimeOffset now, PayloadLimit limit)
    {
        _turn = turn;
        _now = now;
        _limit = limit;
        _history = [.. turn.NewEvents];
    }

    public static TurnOutcome Interpret(
        Turn turn, IEnumerable<OrchestratorAction> actions, string? customStatus, DateTimeOffset now, PayloadLimit limit)
    {
        var interpreter = new TurnInterpreter(turn, now, limit);
        foreach (OrchestratorAction action in actions)
        {
            interpreter.Take(action);
        }

        interpreter.EndIfToldTo();
        return interpreter.Outcome(customStatus);
    }

    private void Take(OrchestratorAction action)
    {
        bool isAnswered = action.OrchestratorActionTypeCase
            is OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask
            or OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer
            or OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration;
        if (isAnswered && !_answeredIds.Add(action.Id))
        {
            throw new HubException(
                HubRefusal.Invalid, $"Two actions have the id {action.Id}: nobody could tell which of them a result is for.");
        }

        if (IsTooLargeBeside(action))
        {
            _tooLarge ??= HubFailures.TooMuchBeside($"action {action.Id} of instance {_turn.Instance.InstanceId}", PayloadLimit.BytesBeside);
            return;
        }

        switch (action.OrchestratorActionTypeCase)
        {
            case OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask:
                Schedule(action.Id, action.ScheduleTask);
                break;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer:
                CreateTimer(action.Id, action.CreateTimer);
                break;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration:
                CreateChild(action.Id, action.CreateSubOrchestration);
                break;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent:
                SendEvent(action.Id, action.SendEvent);
                break;
            case OrchestratorAction.OrchestratorActionTypeOneofCase.CompleteOrchestration:
                _completion = action.CompleteOrchestration;
                _completionId = action.Id;
                break;
            default:
                throw new HubException(HubRefusal.Invalid, $"This hub does not know the action {action.OrchestratorActionTypeCase}.");
        }
    }

    // Its names must be kept as they are, for the replay compares them: such an action cannot fail alone.
    private static bool IsTooLargeBeside(OrchestratorAction action) => action switch
    {
        { ScheduleTask: { } call } => PayloadLimit.IsExceededBeside(call, call.Input),
        { CreateSubOrchestration: { } child } => PayloadLimit.IsExceededBeside(child, child.Input),
        { SendEvent: { } sent } => PayloadLimit.IsExceededBeside(sent, sent.Data),
        { CompleteOrchestration: { OrchestrationStatus: OrchestrationStatus.ContinuedAsNew } next } =>
            next.NewVersion is { Length: > PayloadLimit.BytesBeside / 4 } version && PayloadLimit.IsExceededBeside(
                new CompleteOrchestrationAction { NewVersion = version }, payload: null),
        _ => false,
    };

    private TaskFailureDetails TooLarge(string what) =>
        HubFailures.PayloadTooLarge($"{what} of instance {_turn.Instance.InstanceId}", _limit.Bytes);

    private void Schedule(int id, ScheduleTaskAction action)
    {
        bool isTooLarge = _limit.IsExceededBy(action.Input);
        HistoryEvent scheduled = HistoryEvents.At(_now, id);
        scheduled.TaskScheduled = new TaskScheduledEvent
        {
            Name = action.Name,
            Version = action.Version,
            Input = isTooLarge ? null : action.Input,
            ParentTraceContext = action.ParentTraceContext,
            Tags = { action.Tags },
        };
        _history.Add(scheduled);
        if (isTooLarge)
        {
            TaskFailureDetails failure = HubFailures.PayloadTooLarge($"The input of activity {action.Name}", _limit.Bytes);
            _refusals.Add(HistoryEvents.TaskFailed(id, failure, _now));
            return;
        }

        _activities.Add(scheduled.Request(_turn.Instance));
    }

    private void CreateTimer(int id, CreateTimerAction action)
    {
        HistoryEvent created = HistoryEvents.At(_now, id);
        created.TimerCreated = new TimerCreatedEvent { FireAt = action.FireAt };
        _history.Add(created);
        _timers.Add(new TimerRequest(id, action.FireAt.ToDateTimeOffset()));
    }

    private void CreateChild(int id, CreateSubOrchestrationAction action)
    {
        bool isTooLarge = _limit.IsExceededBy(action.Input);
        HistoryEvent created = HistoryEvents.At(_now, id);
        created.SubOrchestrationInstanceCreated = new SubOrchestrationInstanceCreatedEvent
        {
            InstanceId = action.InstanceId,
            Name = action.Name,
            Version = action.Version,
            Input = isTooLarge ? null : action.Input,
            ParentTraceContext = action.ParentTraceContext,
            Tags = { action.Tags },
        };
        _history.Add(created);
        if (isTooLarge)
        {
            TaskFailureDetails failure = HubFailures.PayloadTooLarge($"The input of sub-orchestration {action.Name}", _limit.Bytes);
            _refusals.Add(HistoryEvents.ChildFailed(id, failure, _now));
            return;
        }

        _children.Add(new ChildRequest(id, new StartRequest
        {
            InstanceId = action.InstanceId,
            Name = action.Name,
            Version = action.Version,
            Input = action.Input,
            Trace = action.ParentTraceContext,
            Tags = action.Tags,
            Parent = new ParentInstanceInfo
            {
                TaskScheduledId = id,
                Name = _turn.Instance.Name,
                Version = _turn.Instance.Version,
                OrchestrationInstance = _turn.Instance.Execution(),
            },
        }));
    }

    private void SendEvent(int id, SendEventAction action)
    {
        if (_limit.IsExceededBy(action.Data))
        {
            _tooLarge ??= TooLarge($"The event {action.Name} to instance {action.Instance.InstanceId}");
            return;
        }

        HistoryEvent sent = HistoryEvents.At(_now, id);
        sent.EventSent = new EventSentEvent { InstanceId = action.Instance.InstanceId, Name = action.Name, Input = action.Data };
        _history.Add(sent);
        _events.Add(new EventRequest(action.Instance.InstanceId, HistoryEvents.Raised(action.Name, action.Data, _now)));
    }

    // Whoever terminated the instance was told that it ends. Its turn takes the message with it: nobody would ask again.
    private void EndIfToldTo()
    {
        if (_completion is null or { OrchestrationStatus: OrchestrationStatus.ContinuedAsNew } && Termination() is { } told)
        {
            _completion = new CompleteOrchestrationAction { OrchestrationStatus = OrchestrationStatus.Terminated, Result = told.Input };
            _completionId = HistoryEvents.NoAction;
        }
    }

    private ExecutionTerminatedEvent? Termination() =>
        _turn.NewEvents.Select(happened => happened.ExecutionTerminated).FirstOrDefault(told => told is not null);

    private TurnOutcome Outcome(string? customStatus)
    {
        if (_limit.IsExceededBy(customStatus))
        {
            _tooLarge ??= TooLarge("The custom status");
            customStatus = null;
        }

        if (_completion is { OrchestrationStatus: not OrchestrationStatus.Terminated } && _limit.IsExceededBy(_completion.Result))
        {
            _tooLarge ??= TooLarge("The result");
        }

        if (_completion?.CarryoverEvents.Any(carried => carried.CalculateSize() > _limit.Bytes + PayloadLimit.BytesBeside) == true)
        {
            _tooLarge ??= TooLarge("An event carried over");
        }

        if (_tooLarge is not null)
        {
            return RefusedAsTooLarge(customStatus, _tooLarge);
        }

        if (_completion is { OrchestrationStatus: OrchestrationStatus.ContinuedAsNew })
        {
            return NextGeneration(customStatus, _completion);
        }

        var requests = new TurnRequests
        {
            Activities = _activities,
            Timers = _timers,
            Children = _children,
            Events = _events,
            Refusals = _refusals,
        };
        if (_completion is null)
        {
            return new TurnOutcome.GoesOn(customStatus, Status(), [.. _history, HistoryEvents.TurnCompleted(_now)], requests);
        }

        HistoryEvent completed = HistoryEvents.Completed(
            _completion.OrchestrationStatus, _completion.Result, FailureOf(_completion), _now, _completionId);
        return new TurnOutcome.Ends(
            customStatus, completed, [.. _history, completed, HistoryEvents.TurnCompleted(_now)], requests);
    }

    // What cannot be kept cannot be continued from: the instance fails with a reason that its readers can act on.
    private TurnOutcome.Ends RefusedAsTooLarge(string? customStatus, TaskFailureDetails failure)
    {
        HistoryEvent completed = Termination() is { } told
            ? HistoryEvents.Completed(OrchestrationStatus.Terminated, told.Input, failure, _now)
            : HistoryEvents.Completed(OrchestrationStatus.Failed, result: null, failure, _now);
        return new TurnOutcome.Ends(
            customStatus, completed, [.. _turn.NewEvents, completed, HistoryEvents.TurnCompleted(_now)], new TurnRequests());
    }

    // What an orchestrator sends itself is what it had not read when it asked for its next generation; what it carries came
    // in after that. An event to somebody else is theirs. Everything else that the dying generation asked for is dropped: the new one
    // could not make sense of the answers. Nor does it begin before it is resumed, if the old one was not.
    private TurnOutcome.ContinuesAsNew NextGeneration(string? customStatus, CompleteOrchestrationAction completion)
    {
        OrchestrationStatus status = Status();
        HistoryEvent[] suspended = status == OrchestrationStatus.Suspended ? [Suspension()] : [];
        ILookup<bool, EventRequest> sent = _events.ToLookup(sent => sent.InstanceId == _turn.Instance.InstanceId);
        return new TurnOutcome.ContinuesAsNew(
            customStatus,
            status,
            completion.Result,
            completion.NewVersion,
            [.. suspended, .. sent[true].Select(own => own.Raised), .. completion.CarryoverEvents.Select(Timed)],
            [.. sent[false]]);
    }

    private HistoryEvent Suspension() =>
        _turn.NewEvents.LastOrDefault(happened => happened.ExecutionSuspended is not null)
        ?? HistoryEvents.Suspended(reason: null, _now);

    private HistoryEvent Timed(HistoryEvent carried)
    {
        if (carried.Timestamp is not null)
        {
            return carried;
        }

        HistoryEvent timed = carried.Clone();
        timed.Timestamp = _history[0].Timestamp;
        return timed;
    }

    private OrchestrationStatus Status()
    {
        OrchestrationStatus before = _turn.Instance.Status == OrchestrationStatus.Pending
            ? OrchestrationStatus.Running
            : _turn.Instance.Status;
        return _turn.NewEvents.Aggregate(before, (status, happened) => happened.EventTypeCase switch
        {
            HistoryEvent.EventTypeOneofCase.ExecutionSuspended => OrchestrationStatus.Suspended,
            HistoryEvent.EventTypeOneofCase.ExecutionResumed => OrchestrationStatus.Running,
            _ => status,
        });
    }

    private TaskFailureDetails? FailureOf(CompleteOrchestrationAction completion) => completion switch
    {
        { FailureDetails: { } failure } => HubFailures.Bounded(failure, _limit.Bytes),
        { OrchestrationStatus: OrchestrationStatus.Failed } => HubFailures.Unspecified("The orchestrator"),
        _ => null,
    };
}
