using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Orchestrator.Failpoints;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker;

/// <summary>Runs turns of orchestrations, on the orchestrator of the turn before where the hub counts on it.</summary>
internal sealed class OrchestratorRunner(
    TaskCatalogue catalogue, DurableTaskWorkerOptions.VersioningOptions? versioning, ReplaySettings settings, TimeProvider time)
{
    private const int MostLive = 1000;

    // Somewhat longer than the hub counts on it.
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(90);

    private readonly LiveOrchestrators _live = new(MostLive, LongestRest, time);

    /// <summary>Plays a turn. Whatever goes wrong in it ends the orchestration, for a replay would go wrong again.</summary>
    /// <returns>The hub's answer; null if another worker should take the turn.</returns>
    public Wire.OrchestratorResponse? Run(Wire.OrchestratorRequest request, IReadOnlyList<Wire.HistoryEvent> past, string completionToken)
    {
        Wire.LiveOrchestration? known = Wire.LiveOrchestration.Of(request);
        OrchestratorExecution? kept = known is { Base: { } token } ? _live.Take(request.InstanceId, token) : null;
        if (known is { Base: not null } && kept is null)
        {
            return Answer(request, completionToken, new OrchestratorTurn([], null), requiresHistory: true);
        }

        OrchestratorTurn? turn;
        try
        {
            turn = kept is null
                ? PlayAll(request, past, known is null ? null : completionToken)
                : PlayOn(request, kept, completionToken);
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

    private OrchestratorTurn? PlayAll(Wire.OrchestratorRequest request, IReadOnlyList<Wire.HistoryEvent> past, string? keepUnder)
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
        Keep(request.InstanceId, keepUnder, execution);
        return turn;
    }

    private OrchestratorTurn PlayOn(Wire.OrchestratorRequest request, OrchestratorExecution execution, string keepUnder)
    {
        Failpoint.Hit("worker.live.taken");
        OrchestratorTurn turn = execution.Play([], request.NewEvents);
        Keep(request.InstanceId, keepUnder, execution);
        return turn;
    }

    private void Keep(string instanceId, string? token, OrchestratorExecution execution)
    {
        if (token is not null && execution.IsUnderWay)
        {
            _live.Keep(instanceId, token, execution);
            Failpoint.Hit("worker.live.kept");
        }
    }

    private static OrchestratorTurn FailedTurn(Wire.TaskFailureDetails failure) =>
        new([new Wire.OrchestratorAction { CompleteOrchestration = Completion.Failed(failure) }], null);
}
