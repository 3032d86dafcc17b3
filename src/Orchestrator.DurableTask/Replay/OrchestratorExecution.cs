using DurableTask.Core.Exceptions;
using Microsoft.DurableTask.Converters;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Replay;

/// <summary>
/// One generation of an orchestration at work. It is played its history, then what is new, and answers with what the orchestrator
/// asks for; kept alive, it can be played only what is new.
/// </summary>
internal sealed class OrchestratorExecution
{
    private readonly ITaskOrchestrator _orchestrator;
    private readonly DataConverter _converter;
    private readonly OrchestratorScheduler _scheduler = new();
    private readonly OrchestratorActions _actions = new();
    private readonly PendingTasks _tasks;
    private readonly ExternalEvents _events;
    private readonly ReplayContext _context;
    private readonly Queue<Wire.HistoryEvent> _heldWhileSuspended = new();
    private readonly List<Wire.HistoryEvent> _carryover = [];
    private bool _isSuspended;
    private Task<string?>? _output;
    private Wire.ExecutionTerminatedEvent? _termination;

    public OrchestratorExecution(
        string instanceId, Wire.ExecutionStartedEvent start, ITaskOrchestrator orchestrator, ReplaySettings settings)
    {
        _orchestrator = orchestrator;
        _converter = settings.DataConverter;
        _tasks = new PendingTasks(_scheduler);
        _events = new ExternalEvents(_scheduler, settings.DataConverter);
        _context = new ReplayContext(instanceId, start, settings, _scheduler, _actions, _tasks, _events);
    }

    /// <summary>Whether it waits for a further turn.</summary>
    public bool IsUnderWay { get; private set; } = true;

    /// <summary>Plays one turn: first what the orchestrator has seen before, then what is new.</summary>
    public OrchestratorTurn Play(IReadOnlyList<Wire.HistoryEvent> past, IReadOnlyList<Wire.HistoryEvent> fresh) => _scheduler.Run(() =>
    {
        try
        {
            PlayAll(past, isReplaying: true);
            PlayAll(fresh, isReplaying: false);
            return EndTurn();
        }
        catch (NonDeterministicOrchestrationException mismatch)
        {
            return EndInstead(Completion.Failed(mismatch));
        }
    });

    private void PlayAll(IReadOnlyList<Wire.HistoryEvent> history, bool isReplaying)
    {
        _context.BeginPlay(isReplaying);
        foreach (Wire.HistoryEvent next in history)
        {
            if (next.OrchestratorStarted is not null)
            {
                _context.SetClock(next.Timestamp.ToDateTime());
            }
            else
            {
                Play(next);
            }
        }
    }

    private void Play(Wire.HistoryEvent next)
    {
        if (next.ExecutionTerminated is { } termination)
        {
            _termination ??= termination;
        }
        else if (next.ExecutionSuspended is not null)
        {
            _isSuspended = true;
        }
        else if (next.ExecutionResumed is not null)
        {
            Resume();
        }
        else if (_isSuspended)
        {
            _heldWhileSuspended.Enqueue(next);
        }
        else if (_termination is null)
        {
            Apply(next);
            _scheduler.Drain();
        }
    }

    private void Resume()
    {
        _isSuspended = false;
        while (_heldWhileSuspended.TryDequeue(out Wire.HistoryEvent? held))
        {
            Play(held);
        }
    }

    private void Apply(Wire.HistoryEvent next)
    {
        switch (next.EventTypeCase)
        {
            case Wire.HistoryEvent.EventTypeOneofCase.ExecutionStarted:
                _output = RunAsync(next.ExecutionStarted.Input);
                break;
            case Wire.HistoryEvent.EventTypeOneofCase.TaskScheduled:
            case Wire.HistoryEvent.EventTypeOneofCase.TimerCreated:
            case Wire.HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCreated:
            case Wire.HistoryEvent.EventTypeOneofCase.EventSent:
                _actions.Confirm(next);
                break;
            case Wire.HistoryEvent.EventTypeOneofCase.TaskCompleted:
                _tasks.Complete(next.TaskCompleted.TaskScheduledId, next.TaskCompleted.Result);
                break;
            case Wire.HistoryEvent.EventTypeOneofCase.TaskFailed:
                _tasks.Fail(next.TaskFailed.TaskScheduledId, ReadFailure(next.TaskFailed.FailureDetails));
                break;
            case Wire.HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCompleted:
                _tasks.Complete(next.SubOrchestrationInstanceCompleted.TaskScheduledId, next.SubOrchestrationInstanceCompleted.Result);
                break;
            case Wire.HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceFailed:
                Wire.SubOrchestrationInstanceFailedEvent failed = next.SubOrchestrationInstanceFailed;
                _tasks.Fail(failed.TaskScheduledId, ReadFailure(failed.FailureDetails));
                break;
            case Wire.HistoryEvent.EventTypeOneofCase.TimerFired:
                _tasks.Complete(next.TimerFired.TimerId, null);
                break;
            case Wire.HistoryEvent.EventTypeOneofCase.EventRaised:
                Raise(next);
                break;
        }
    }

    // After continue-as-new an event belongs to the next generation, even if somebody of this one still waits for it.
    private void Raise(Wire.HistoryEvent raised)
    {
        if (_context.Continuation is null)
        {
            _events.Raise(raised.EventRaised.Name, raised.EventRaised.Input);
        }
        else
        {
            _carryover.Add(raised);
        }
    }

    private async Task<string?> RunAsync(string? input)
    {
        _context.Input = _converter.Deserialize(input, _orchestrator.InputType);
        return _converter.Serialize(await _orchestrator.RunAsync(_context, _context.Input));
    }

    private OrchestratorTurn EndTurn()
    {
        if (_termination is not null)
        {
            return _isSuspended ? EndInstead(Completion.Terminated(_termination)) : End(Completion.Terminated(_termination));
        }

        if (_isSuspended || _output is null)
        {
            return new OrchestratorTurn([], _context.CustomStatus);
        }

        bool waitsForNothingDurable = !_output.IsCompleted && _tasks.IsEmpty && !_events.HasWaiters;
        if (_scheduler.WasEnteredFromOutside || waitsForNothingDurable)
        {
            return EndInstead(Completion.Failed(ForeignWait.Of(_context.Name)));
        }

        // What is still open, a timer too, keeps the orchestration from ending, however the orchestrator returned.
        return _output.IsCompleted && _tasks.IsEmpty
            ? End(Completion.Of(_output, _context.Continuation, _carryover))
            : new OrchestratorTurn(_actions.Take(), _context.CustomStatus);
    }

    private OrchestratorTurn End(Wire.CompleteOrchestrationAction completion)
    {
        IsUnderWay = false;
        _actions.Add(new Wire.OrchestratorAction { CompleteOrchestration = completion });
        return new OrchestratorTurn(_actions.Take(), _context.CustomStatus);
    }

    // What the orchestrator asked for besides was held back, or can't be trusted: it must not be done any more.
    private OrchestratorTurn EndInstead(Wire.CompleteOrchestrationAction completion)
    {
        _actions.Take();
        return End(completion);
    }

    private static TaskFailureDetails ReadFailure(Wire.TaskFailureDetails? failure) =>
        WireFailure.Read(failure) ?? new TaskFailureDetails("(unknown)", "The hub gave no reason.", null, null, null);
}
