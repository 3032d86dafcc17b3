using DurableTask.Core.Exceptions;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Replay;

/// <summary>What an orchestrator has asked for and its history doesn't show yet, in the order of their ids.</summary>
internal sealed class OrchestratorActions
{
    private readonly SortedDictionary<int, Wire.OrchestratorAction> _unconfirmed = [];
    private int _nextId;

    /// <summary>Adds an action and gives it the next id of this generation.</summary>
    public int Add(Wire.OrchestratorAction action)
    {
        action.Id = _nextId++;
        _unconfirmed.Add(action.Id, action);
        return action.Id;
    }

    /// <summary>Checks an event of history against the action that must have caused it, which is done with thereby.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">The orchestrator asked for something else this time.</exception>
    public void Confirm(Wire.HistoryEvent caused)
    {
        string before = Describe(caused);
        string? now = _unconfirmed.TryGetValue(caused.EventId, out Wire.OrchestratorAction? action) ? Describe(action) : null;
        if (!string.Equals(before, now, StringComparison.OrdinalIgnoreCase))
        {
            throw new NonDeterministicOrchestrationException(
                $"History says that step {caused.EventId} of the orchestration was {before}, but replayed it is {now ?? "nothing"}. "
                + "Has the orchestrator's code changed since the instance started, or does it depend on anything but its history?");
        }

        _unconfirmed.Remove(caused.EventId);
    }

    /// <summary>Hands out what is unconfirmed; from now on it is the hub's.</summary>
    public IReadOnlyList<Wire.OrchestratorAction> Take()
    {
        List<Wire.OrchestratorAction> taken = [.. _unconfirmed.Values];
        _unconfirmed.Clear();
        return taken;
    }

    private static string Describe(Wire.HistoryEvent caused) => caused.EventTypeCase switch
    {
        Wire.HistoryEvent.EventTypeOneofCase.TaskScheduled => $"activity '{caused.TaskScheduled.Name}'",
        Wire.HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCreated =>
            $"sub-orchestration '{caused.SubOrchestrationInstanceCreated.Name}'",
        Wire.HistoryEvent.EventTypeOneofCase.EventSent => $"sent event '{caused.EventSent.Name}'",
        Wire.HistoryEvent.EventTypeOneofCase.TimerCreated => "a timer",
        _ => throw new ArgumentOutOfRangeException(nameof(caused), caused.EventTypeCase, "No action causes this event."),
    };

    private static string Describe(Wire.OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        Wire.OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask => $"activity '{action.ScheduleTask.Name}'",
        Wire.OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration =>
            $"sub-orchestration '{action.CreateSubOrchestration.Name}'",
        Wire.OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent => $"sent event '{action.SendEvent.Name}'",
        Wire.OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer => "a timer",
        _ => action.OrchestratorActionTypeCase.ToString(),
    };
}
