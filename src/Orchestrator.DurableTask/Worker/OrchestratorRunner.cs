using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker;

/// <summary>Runs one turn of an orchestration.</summary>
internal sealed class OrchestratorRunner(
    TaskCatalogue catalogue, DurableTaskWorkerOptions.VersioningOptions? versioning, ReplaySettings settings)
{
    /// <summary>Plays a turn. Whatever goes wrong in it ends the orchestration, for a replay would go wrong again.</summary>
    /// <returns>The hub's answer; null if another worker should take the turn.</returns>
    public Wire.OrchestratorResponse? Run(Wire.OrchestratorRequest request, IReadOnlyList<Wire.HistoryEvent> past, string completionToken)
    {
        OrchestratorTurn? turn;
        try
        {
            turn = PlayTurn(request.InstanceId, new OrchestrationHistory(past, request.NewEvents));
        }
#pragma warning disable CA1031 // The orchestrator's constructor and code may throw anything; it becomes the orchestration's failure.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            turn = FailedTurn(WireFailure.Of(failure));
        }

        return turn is null
            ? null
            : new Wire.OrchestratorResponse
            {
                InstanceId = request.InstanceId,
                CompletionToken = completionToken,
                Actions = { turn.Actions },
                CustomStatus = turn.CustomStatus,
            };
    }

    private OrchestratorTurn? PlayTurn(string instanceId, OrchestrationHistory history)
    {
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

        return new OrchestratorExecution(instanceId, start, factory(), settings).Play(history.Past, history.New);
    }

    private static OrchestratorTurn FailedTurn(Wire.TaskFailureDetails failure) =>
        new([new Wire.OrchestratorAction { CompleteOrchestration = Completion.Failed(failure) }], null);
}
