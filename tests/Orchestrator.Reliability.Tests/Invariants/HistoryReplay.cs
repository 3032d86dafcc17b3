using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Protocol;
using Orchestrator.Reliability.Tests.Workloads;
using static Orchestrator.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Orchestrator.Reliability.Tests.Invariants;

/// <summary>I10: each prefix of a history, played to its orchestrator anew, leads to the actions that the history records next.</summary>
internal sealed class HistoryReplay
{
    private readonly TaskCatalogue _catalogue = new(new DurableTaskRegistry().AddOrchestrators());
    private readonly ReplaySettings _settings = new(JsonDataConverter.Default, TimeSpan.FromDays(3), "", NullLoggerFactory.Instance);

    public IEnumerable<string> Violations(SeenInstance seen)
    {
        // A rewound history lacks what made some of its turns act as they did.
        if (seen.History.Count == 0 || seen.History.Any(happened => happened.ExecutionRewound is not null))
        {
            yield break;
        }

        ExecutionStartedEvent start = seen.History.First(happened => happened.ExecutionStarted is not null).ExecutionStarted;
        var past = new List<HistoryEvent>();
        foreach (IReadOnlyList<HistoryEvent> turn in Turns(seen.History))
        {
            List<HistoryEvent> told = turn.Where(happened => !IsCaused(happened)).ToList();
            ITaskOrchestrator orchestrator = _catalogue.FindOrchestrator(new TaskKey(start.Name, start.Version))!();
            var execution = new OrchestratorExecution(seen.Instance.InstanceId, start, orchestrator, _settings);
            string replayed = string.Join("; ", execution.Play(past, told).Actions.Select(Describe));
            string recorded = string.Join("; ", turn.Where(IsRecord).Select(Describe));
            if (replayed != recorded)
            {
                yield return $"I10: turn at event {past.Count} recorded '{recorded}', replayed '{replayed}'";
            }

            past.AddRange(turn);
        }
    }

    private static IEnumerable<IReadOnlyList<HistoryEvent>> Turns(IReadOnlyList<HistoryEvent> history)
    {
        var turn = new List<HistoryEvent>();
        foreach (HistoryEvent happened in history)
        {
            turn.Add(happened);
            if (happened.OrchestratorCompleted is not null)
            {
                yield return turn;
                turn = [];
            }
        }
    }

    private static bool IsRecord(HistoryEvent happened) => HistoryShape.IsAction(happened) || happened.ExecutionCompleted is not null;

    private static bool IsCaused(HistoryEvent happened) => IsRecord(happened) || happened.OrchestratorCompleted is not null;

    private static string Describe(HistoryEvent recorded) => recorded.EventTypeCase switch
    {
        TaskScheduled => $"{recorded.EventId} activity {recorded.TaskScheduled.Name} {recorded.TaskScheduled.Input}",
        TimerCreated => $"{recorded.EventId} timer {recorded.TimerCreated.FireAt}",
        SubOrchestrationInstanceCreated => $"{recorded.EventId} child {recorded.SubOrchestrationInstanceCreated.InstanceId}",
        EventSent => $"{recorded.EventId} event to {recorded.EventSent.InstanceId} {recorded.EventSent.Input}",
        _ => $"end {recorded.ExecutionCompleted.OrchestrationStatus} {recorded.ExecutionCompleted.Result}",
    };

    private static string Describe(OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask =>
            $"{action.Id} activity {action.ScheduleTask.Name} {action.ScheduleTask.Input}",
        OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer => $"{action.Id} timer {action.CreateTimer.FireAt}",
        OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration =>
            $"{action.Id} child {action.CreateSubOrchestration.InstanceId}",
        OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent =>
            $"{action.Id} event to {action.SendEvent.Instance.InstanceId} {action.SendEvent.Data}",
        _ => $"end {action.CompleteOrchestration.OrchestrationStatus} {action.CompleteOrchestration.Result}",
    };
}
