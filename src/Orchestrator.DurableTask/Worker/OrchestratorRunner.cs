using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker;

/// <summary>Runs turns of orchestrations, on the orchestrator of the turn before where the hub counts on it.</summary>
internal sealed class OrchestratorRunner(
    TaskCatalogue catalogue, DurableTaskWorkerOptions.VersioningOptions? versioning, ReplaySettings settings)
{
    private const int MostLive = 1000;

    private readonly LiveOrchestrators _live = new(MostLive);

    /// <summary>Plays a turn. Whatever goes wrong in it ends the orchestration, for a replay would go wrong again.</summary>
    /// <returns>The hub's answer; null if another worker should take the turn.</returns>
    public Wire.OrchestratorResponse? Run(Wire.OrchestratorRequest request, IReadOnlyList<Wire.HistoryEvent> past, string completionToken)
    {
        Wire.LiveOrchestration? known = Wire.LiveOrchestration.Of(request);
        OrchestratorExecution? kept = known is null ? null : _live.Take(request.InstanceId, request.ExecutionId, known.Turns);
        if (known is { IncludesHistory: false } && kept is null)
        {
            return Answer(request, completionToken, new OrchestratorTurn([], null), requiresHistory: true);
        }

        OrchestratorTurn? turn;
        try
        {
            turn = known is { IncludesHistory: false } ? PlayOn(request, kept!) : PlayAll(request, past, isKept: known is not null);
        }
#pragma warning disable CA1031 // The orchestrator's constructor and code may throw anything; it becomes the orchestration's failure.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            turn = FailedTurn(WireFailure.Of(failure));
        }

        return turn is null ? null : Answer(request, completionToken, turn, requiresHistory: false);
    }

    private static Wire.OrchestratorResponse Answer(
        Wire.OrchestratorRequest request, string completionToken, OrchestratorTurn turn, bool requiresHistory) => new()
    {
        InstanceId = request.InstanceId,
        CompletionToken = completionToken,
        Actions = { turn.Actions },
        CustomStatus = turn.CustomStatus,
        RequiresHistory = requiresHistory,
    };

    private OrchestratorTurn? PlayAll(Wire.OrchestratorRequest request, IReadOnlyList<Wire.HistoryEvent> past, bool isKept)
    {
        OrchestrationHistory history = new(past, request.NewEvents);
        Wire.ExecutionStartedEvent start = history.Start;
        if (VersionRule.Objection(versioning, start.Version) is { } objection)
        {
            return versioning!.FailureStrategy == DurableTaskWorkerOptions.VersionFailureStrategy.Fail ? FailedTurn(objection) : null;
        }

        TaskKey key = new(start.Name, start.Version);
        if (catalogue.FindOrchestrator(key) is not { } factory)
        {
            return FailedTurn(WireFailure.Final("OrchestratorTaskNotFound", $"No orchestrator task {key} was found."));
        }

        OrchestratorExecution execution = new(request.InstanceId, start, factory(), settings);
        OrchestratorTurn turn = execution.Play(history.Past, history.New);
        return isKept ? Kept(request, execution, turn) : turn;
    }

    private OrchestratorTurn PlayOn(Wire.OrchestratorRequest request, OrchestratorExecution execution) =>
        Kept(request, execution, execution.Play([], request.NewEvents));

    private OrchestratorTurn Kept(Wire.OrchestratorRequest request, OrchestratorExecution execution, OrchestratorTurn turn)
    {
        if (execution.IsUnderWay)
        {
            _live.Keep(request.InstanceId, request.ExecutionId, execution);
        }

        return turn;
    }

    private static OrchestratorTurn FailedTurn(Wire.TaskFailureDetails failure) =>
        new([new Wire.OrchestratorAction { CompleteOrchestration = Completion.Failed(failure) }], null);
}
