using Microsoft.DurableTask;
using Microsoft.DurableTask.Replay;
using Orchestrator.Protocol;
using Orchestrator.Simulation.Tests.Programs;
using Orchestrator.Simulation.Tests.Worlds;
using Orchestrator.TaskHub.Replays;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.Simulation.Tests;

/// <summary>Plays a history again, turn by turn: each turn must ask for what its history says it asked for.</summary>
internal static class Replay
{
    /// <summary>What differs first; null if nothing does.</summary>
    public static string? Objection(HubTables tables, Instance instance)
    {
        var history = new StoredHistory(instance.InstanceId, instance.Generation, tables.Histories.Read(instance.Key));
        ReplayDifference? difference = history.Turns
            .Select(turn => ReplayDifference.Of(history, turn, Play(history, turn)))
            .FirstOrDefault(found => found is not null);
        return difference is null
            ? null
            : $"{instance.InstanceId}, replayed: in turn {difference.Turn} it asked for {difference.Recorded}; now for {difference.Replayed}";
    }

    private static IEnumerable<OrchestratorAction> Play(StoredHistory history, RecordedTurn turn)
    {
        var execution = new OrchestratorExecution(
            history.InstanceId,
            history.Start,
            FuncTaskOrchestrator.Create<ProgramState, ProgramState>(ProgramTasks.RunAsync),
            SimulatedWorker.Settings);
        return execution.Play(turn.Past, turn.New).Actions;
    }
}
