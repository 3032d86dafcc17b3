using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Protocol;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.TaskHub.Replays;

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
            return [];
        }

        var history = new StoredHistory(seen.Instance.InstanceId, seen.Instance.Generation, seen.History);
        return history.Turns
            .Select(turn => ReplayDifference.Of(history, turn, Play(history, turn)))
            .OfType<ReplayDifference>()
            .Select(difference => $"I10: turn {difference.Turn} recorded '{difference.Recorded}', replayed '{difference.Replayed}'");
    }

    private IEnumerable<OrchestratorAction> Play(StoredHistory history, RecordedTurn turn)
    {
        ITaskOrchestrator orchestrator = _catalogue.FindOrchestrator(new TaskKey(history.Start.Name, history.Start.Version))!();
        return new OrchestratorExecution(history.InstanceId, history.Start, orchestrator, _settings).Play(turn.Past, turn.New).Actions;
    }
}
