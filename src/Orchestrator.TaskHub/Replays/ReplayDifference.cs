using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Replays;

/// <summary>Where an orchestrator of this build asks for something else than its history holds.</summary>
/// <param name="InstanceId">Whose history it is.</param>
/// <param name="Orchestrator">The orchestrator's name, with its version if it has one.</param>
/// <param name="Generation">The generation, from 0.</param>
/// <param name="Turn">The turn of the generation, from 1.</param>
/// <param name="Recorded">What history says.</param>
/// <param name="Replayed">What the replay says.</param>
/// <param name="LikelyCause">What makes such a difference, in words for whoever changed the orchestrator.</param>
public sealed record ReplayDifference(
    string InstanceId, string Orchestrator, int Generation, int Turn, string Recorded, string Replayed, string LikelyCause)
{
    private const string Nothing = "nothing more";

    /// <summary>The first difference of a turn; null if there is none.</summary>
    internal static ReplayDifference? Of(StoredHistory history, RecordedTurn turn, IEnumerable<OrchestratorAction> actions)
    {
        if (turn.IsEndedByHub)
        {
            return null;
        }

        SortedDictionary<int, RecordedAction> recorded = new(turn.Actions.Select(RecordedAction.Of).ToDictionary(action => action.Id));
        SortedDictionary<int, RecordedAction> replayed = new(actions.Select(RecordedAction.Of).ToDictionary(action => action.Id));
        foreach (int id in recorded.Keys.Union(turn.IsRewound ? [] : replayed.Keys).Order())
        {
            RecordedAction? before = recorded.GetValueOrDefault(id);
            RecordedAction? now = replayed.GetValueOrDefault(id);
            if (before is null || now is null || !before.IsRepeatedBy(now))
            {
                return Between(history, turn, before, now);
            }
        }

        return null;
    }

    private static ReplayDifference Between(StoredHistory history, RecordedTurn turn, RecordedAction? before, RecordedAction? now)
    {
        ExecutionStartedEvent start = history.Start;
        string orchestrator = string.IsNullOrEmpty(start.Version) ? start.Name : $"{start.Name} version {start.Version}";
        return new(
            history.InstanceId,
            orchestrator,
            history.Generation,
            turn.Number,
            before?.ToString() ?? Nothing,
            now?.ToString() ?? Nothing,
            CauseOf(before, now));
    }

    private static string CauseOf(RecordedAction? before, RecordedAction? now) => (before, now) switch
    {
        (_, { Target: "OrchestratorTaskNotFound" }) =>
            "this build does not have this version of the orchestrator: keep each version registered until its runs have ended",
        (_, { Target: "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException" }) =>
            "it does not do the same twice: it depends on a clock, a random number, a hash or something else outside its history",
        ({ Target: null } or { Kind: not "end as" } or null, { Kind: "end as", Target: not null }) =>
            "it fails when it is replayed: it awaits something that is not durable (Task.Run, Task.Delay, I/O, ConfigureAwait(false)), "
            + "or it cannot read what an earlier build has stored",
        ({ } one, { } other) when one.Kind == other.Kind && one.Name == other.Name && one.Target == other.Target && one.Version == other.Version =>
            "a value comes from a clock, a random number or the environment, or a record was changed that is in histories",
        ({ } one, { } other) when one.Kind == other.Kind && one.Name == other.Name =>
            "a time, an id or a version was changed, or comes from a clock or a random number instead of the context",
        _ => "calls were added, removed, renamed or put in another order without a new version of the orchestrator",
    };
}
