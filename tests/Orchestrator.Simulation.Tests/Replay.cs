using Microsoft.DurableTask;
using Microsoft.DurableTask.Replay;
using Orchestrator.Protocol;
using Orchestrator.Simulation.Tests.Programs;
using Orchestrator.Simulation.Tests.Worlds;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.Simulation.Tests;

/// <summary>Plays a history again, turn by turn: each turn must ask for what its history says it asked for.</summary>
internal static class Replay
{
    /// <summary>What differs; null if nothing does.</summary>
    public static string? Objection(HubTables tables, Instance instance)
    {
        IReadOnlyList<HistoryEvent> history = tables.Histories.Read(instance.Key);
        for (int begin = 0; begin < history.Count;)
        {
            int end = begin;
            while (end < history.Count && history[end].OrchestratorCompleted is null)
            {
                end++;
            }

            if (Objection(instance, [.. history.Take(begin)], [.. history.Skip(begin).Take(end - begin)]) is { } objection)
            {
                return $"{instance.InstanceId}, replayed: {objection}";
            }

            begin = end + 1;
        }

        return null;
    }

    private static string? Objection(Instance instance, IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> turn)
    {
        List<HistoryEvent> told = [.. turn.Where(happened => happened.EventId < 0)];
        List<string> asked = [.. turn.Where(happened => happened.EventId >= 0).Select(Describe)];

        // What the hub ended itself, no orchestrator did.
        if (told.Any(happened => happened.ExecutionCompleted is not null))
        {
            return null;
        }

        var events = new OrchestrationHistory(past, told);
        var execution = new OrchestratorExecution(
            instance.InstanceId,
            events.Start,
            FuncTaskOrchestrator.Create<ProgramState, ProgramState>(ProgramTasks.RunAsync),
            SimulatedWorker.Settings);
        OrchestratorTurn again = execution.Play(events.Past, events.New);
        List<string> askedAgain = [.. again.Actions.Select(Describe)];
        return asked.SequenceEqual(askedAgain)
            ? null
            : $"it asked for {string.Join(", ", asked)}; now for {string.Join(", ", askedAgain)}";
    }

    private static string Describe(HistoryEvent asked) => asked.EventTypeCase switch
    {
        HistoryEvent.EventTypeOneofCase.TaskScheduled => $"{asked.EventId} {asked.TaskScheduled.Name}({asked.TaskScheduled.Input})",
        HistoryEvent.EventTypeOneofCase.TimerCreated => $"{asked.EventId} timer {asked.TimerCreated.FireAt}",
        HistoryEvent.EventTypeOneofCase.SubOrchestrationInstanceCreated =>
            $"{asked.EventId} child {asked.SubOrchestrationInstanceCreated.InstanceId}",
        HistoryEvent.EventTypeOneofCase.EventSent => $"{asked.EventId} event {asked.EventSent.Name}({asked.EventSent.Input})",
        HistoryEvent.EventTypeOneofCase.ExecutionCompleted =>
            $"{asked.EventId} end {asked.ExecutionCompleted.OrchestrationStatus} {asked.ExecutionCompleted.Result}",
        _ => $"{asked.EventId} {asked.EventTypeCase}",
    };

    private static string Describe(OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask => $"{action.Id} {action.ScheduleTask.Name}({action.ScheduleTask.Input})",
        OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer => $"{action.Id} timer {action.CreateTimer.FireAt}",
        OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration =>
            $"{action.Id} child {action.CreateSubOrchestration.InstanceId}",
        OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent => $"{action.Id} event {action.SendEvent.Name}({action.SendEvent.Data})",
        OrchestratorAction.OrchestratorActionTypeOneofCase.CompleteOrchestration =>
            $"{action.Id} end {action.CompleteOrchestration.OrchestrationStatus} {action.CompleteOrchestration.Result}",
        _ => $"{action.Id} {action.OrchestratorActionTypeCase}",
    };
}
