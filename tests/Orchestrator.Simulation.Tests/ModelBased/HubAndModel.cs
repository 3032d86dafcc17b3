using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.Simulation.Tests.Worlds;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.Simulation.Tests.ModelBased;

/// <summary>Does everything twice, and compares.</summary>
internal sealed class HubAndModel : IDisposable
{
    private readonly HubInHand _hub = new();
    private readonly HubModel _model = new();
    private int _inputs;
    private int _actions;

    /// <summary>How many turns and activities were answered.</summary>
    public int Answers { get; private set; }

    public void Dispose() => _hub.Dispose();

    public void Do(Operation operation)
    {
        _model.AdvanceTo(_hub.Now.TotalSeconds);
        Apply(operation);
        _model.AdvanceTo(_hub.Now.TotalSeconds);
        Compare(operation);
    }

    private void Apply(Operation operation)
    {
        string id = operation.Id;
        switch (operation.Verb)
        {
            case Verb.Start or Verb.Replace:
                bool replaces = operation.Verb == Verb.Replace;
                string input = $"{++_inputs}";
                Same(_model.Start(id, input, replaces), _hub.Call(Start(id, input, replaces)));
                break;
            case Verb.Raise:
                Same(_model.Send(id, $"event {operation.Number}"), _hub.Call(new RaiseEventRequest { InstanceId = id, Name = $"{operation.Number}" }));
                break;
            case Verb.Suspend:
                Same(_model.Send(id, "suspend"), _hub.Call(new SuspendRequest { InstanceId = id }));
                break;
            case Verb.Resume:
                Same(_model.Send(id, "resume"), _hub.Call(new ResumeRequest { InstanceId = id }));
                break;
            case Verb.Terminate or Verb.TerminateAll:
                bool all = operation.Verb == Verb.TerminateAll;
                Same(_model.Terminate(id, all), _hub.Call(new TerminateRequest { InstanceId = id, Recursive = all }));
                break;
            case Verb.Purge:
                int purged = _model.Purge(id);
                _hub.Call(new PurgeInstancesRequest { InstanceId = id }, out IMessage? response);
                Assert.Equal(purged, ((PurgeInstancesResponse)response!).DeletedInstanceCount);
                break;
            case Verb.Restart:
                Same(_model.Restart(id), _hub.Call(new RestartInstanceRequest { InstanceId = id }));
                break;
            case Verb.Rewind when _model.Find(id) is not { HasChildren: true }:
                Same(_model.Rewind(id), _hub.Call(new RewindInstanceRequest { InstanceId = id }));
                break;
            case Verb.Wait:
                _hub.Pass(TimeSpan.FromSeconds(operation.Number + 1));
                break;
            case Verb.EndActivity or Verb.FailActivity when _model.Activities.Count > 0:
                EndActivity(_model.Activities[operation.Number % _model.Activities.Count], operation.Verb == Verb.FailActivity);
                break;
            case >= Verb.Abandon and <= Verb.ContinueAsNew when (_model.Turns.Find(turn => turn.Instance.Id == id) ?? _model.Turns.FirstOrDefault()) is { } turn:
                Answer(turn, operation);
                break;
        }
    }

    private void Answer(ModelTurn turn, Operation operation)
    {
        WorkItem item = _hub.Items.First(item => item.OrchestratorRequest is not null && Describe(item.OrchestratorRequest) == turn.Text);
        _hub.Items.Remove(item);
        if (operation.Verb == Verb.Abandon)
        {
            _model.Abandon(turn);
            Same(StatusCode.OK, _hub.Call(new AbandonOrchestrationTaskRequest { CompletionToken = item.CompletionToken }));
            return;
        }

        Answers++;
        var response = new OrchestratorResponse { InstanceId = turn.Instance.Id, CompletionToken = item.CompletionToken };
        StatusCode expected = _model.Answer(turn, instance => response.Actions.Add(Act(instance, turn, operation)));

        Same(expected, _hub.Call(response));
        if (operation.Verb == Verb.AnswerTwice)
        {
            Same(StatusCode.NotFound, _hub.Call(response));
        }
    }

    // What a worker answers. One that is told to end an instance may do so, beside something else, or not care.
    private IEnumerable<OrchestratorAction> Act(ModelInstance instance, ModelTurn turn, Operation operation)
    {
        bool obeys = turn.IsToldToEnd && operation.Number % 2 == 0;
        if (!(obeys && IsEnd(operation.Verb)) && Ask(instance, turn, operation) is { } asked)
        {
            asked.Id = _actions;
            yield return asked;
        }

        if (obeys)
        {
            string text = $"{++_actions}";
            _model.End(instance, OrchestrationStatus.Terminated, text, turn.TakesChildrenAlong);
            OrchestratorAction end = End(OrchestrationStatus.Terminated, text);
            end.Id = _actions;
            yield return end;
        }
    }

    // Who is suspended does nothing, but that it may have asked for its next generation before it was told. What an instance
    // that ends as terminated starts is dropped.
    private OrchestratorAction? Ask(ModelInstance instance, ModelTurn turn, Operation operation)
    {
        int id = ++_actions;
        string text = $"{id}";
        if (instance.Status == OrchestrationStatus.Suspended && operation.Verb != Verb.ContinueAsNew && !turn.IsToldToEnd)
        {
            return null;
        }

        bool starts = !turn.IsToldToEnd;
        switch (operation.Verb)
        {
            case Verb.Schedule:
                if (starts)
                {
                    _model.Activities.Add(new ModelActivity(instance, instance.Execution, id));
                }

                return new OrchestratorAction { ScheduleTask = new ScheduleTaskAction { Name = "Act" } };
            case Verb.SetTimer:
                double fireAt = _hub.Now.TotalSeconds + operation.Number + 0.05;
                instance.Timers.Add((fireAt, id));
                return new OrchestratorAction { CreateTimer = new CreateTimerAction { FireAt = World.Epoch.AddSeconds(fireAt).ToTimestamp() } };
            case Verb.StartChild:
                if (starts)
                {
                    _model.StartChild(instance, operation.OtherId, text, id);
                }

                return new OrchestratorAction
                {
                    CreateSubOrchestration = new CreateSubOrchestrationAction { InstanceId = operation.OtherId, Name = "Flow", Input = text },
                };
            case Verb.SendEvent:
                _model.Send(operation.OtherId, $"event {id}");
                return new OrchestratorAction
                {
                    SendEvent = new SendEventAction
                    {
                        Instance = new OrchestrationInstance { InstanceId = operation.OtherId },
                        Name = text,
                    },
                };
            case Verb.Complete:
                _model.End(instance, OrchestrationStatus.Completed, text);
                return End(OrchestrationStatus.Completed, text);
            case Verb.Fail:
                _model.End(instance, OrchestrationStatus.Failed, null);
                return End(OrchestrationStatus.Failed, null);
            case Verb.ContinueAsNew:
                if (starts)
                {
                    HubModel.ContinueAsNew(instance, text);
                }

                return End(OrchestrationStatus.ContinuedAsNew, text);
            default:
                return null;
        }
    }

    private static bool IsEnd(Verb verb) => verb is Verb.Complete or Verb.Fail or Verb.ContinueAsNew;

    private void EndActivity(ModelActivity activity, bool isFailure)
    {
        Answers++;
        WorkItem item = _hub.Items.First(item => item.ActivityRequest?.TaskId == activity.Id);
        _hub.Items.Remove(item);
        Same(
            _model.EndActivity(activity, isFailure ? $"failed {activity.Id}" : $"done {activity.Id}"),
            _hub.Call(new ActivityResponse
            {
                CompletionToken = item.CompletionToken,
                FailureDetails = isFailure ? new TaskFailureDetails { ErrorType = "Failed", ErrorMessage = "as the test says" } : null,
            }));
    }

    private void Compare(Operation operation)
    {
        List<string> expected = [.. _model.Instances.Select(instance => $"{instance.Id} {instance.Status} {instance.Input} {instance.Output}")];
        _hub.Call(new QueryInstancesRequest { Query = new InstanceQuery { FetchInputsAndOutputs = true } }, out IMessage? response);
        _model.AdvanceTo(_hub.Now.TotalSeconds);
        IEnumerable<string> instances = ((QueryInstancesResponse)response!).OrchestrationState
            .Select(state => $"{state.InstanceId} {state.OrchestrationStatus} {state.Input} {state.Output}");

        Same(operation, expected, instances);
        Same(
            operation,
            _model.Turns.Select(turn => turn.Text),
            _hub.Items.Where(item => item.OrchestratorRequest is not null).Select(item => Describe(item.OrchestratorRequest)));
        Same(
            operation,
            _model.Activities.Select(activity => $"{activity.Asker.Id} {activity.Id}"),
            _hub.Items.Where(item => item.ActivityRequest is not null)
                .Select(item => $"{item.ActivityRequest.OrchestrationInstance.InstanceId} {item.ActivityRequest.TaskId}"));
        Assert.Empty(_hub.Complaints);
    }

    private static void Same(Operation operation, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        string model = string.Join("; ", expected.Order(StringComparer.Ordinal));
        string hub = string.Join("; ", actual.Order(StringComparer.Ordinal));
        Assert.True(model == hub, $"After {operation} the model has [{model}], the hub [{hub}].");
    }

    private static void Same(StatusCode expected, StatusCode actual) => Assert.Equal(expected, actual);

    private static CreateInstanceRequest Start(string id, string input, bool replaces)
    {
        var request = new CreateInstanceRequest { InstanceId = id, Name = "Flow", Input = input };
        if (replaces)
        {
            request.OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy
            {
                ReplaceableStatus = { System.Enum.GetValues<OrchestrationStatus>() },
            };
        }

        return request;
    }

    private static OrchestratorAction End(OrchestrationStatus status, string? result) => new()
    {
        CompleteOrchestration = new CompleteOrchestrationAction { OrchestrationStatus = status, Result = result },
    };

    private static string Describe(OrchestratorRequest request) =>
        $"{request.InstanceId}: {string.Join(' ', request.NewEvents.Skip(1).Select(Describe))}";

    private static string Describe(HistoryEvent told) => told.EventTypeCase switch
    {
        ExecutionStarted => "start",
        EventRaised => $"event {told.EventRaised.Name}",
        ExecutionSuspended => "suspend",
        ExecutionResumed => "resume",
        ExecutionTerminated => told.ExecutionTerminated.Recurse ? "terminate all" : "terminate",
        ExecutionRewound => "rewound",
        TaskCompleted => $"done {told.TaskCompleted.TaskScheduledId}",
        TaskFailed => $"failed {told.TaskFailed.TaskScheduledId}",
        TimerFired => $"timer {told.TimerFired.TimerId}",
        SubOrchestrationInstanceCompleted => $"child {told.SubOrchestrationInstanceCompleted.TaskScheduledId} completed",
        SubOrchestrationInstanceFailed => $"child {told.SubOrchestrationInstanceFailed.TaskScheduledId} failed",
        _ => told.EventTypeCase.ToString(),
    };
}
