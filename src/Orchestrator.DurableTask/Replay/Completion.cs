using Microsoft.DurableTask.Converters;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Replay;

/// <summary>The ways in which a generation ends, as the hub is told of them.</summary>
internal static class Completion
{
    /// <summary>The end of an orchestrator that has returned or thrown. One that throws doesn't continue as new.</summary>
    public static Wire.CompleteOrchestrationAction Of(
        Task<string?> output, Continuation? continuation, IReadOnlyList<Wire.HistoryEvent> carryover)
    {
        if (!output.IsCompletedSuccessfully)
        {
            return Failed(output.Exception?.InnerException ?? new TaskCanceledException(output));
        }

        return continuation is null
            ? new Wire.CompleteOrchestrationAction
            {
                OrchestrationStatus = Wire.OrchestrationStatus.Completed,
                Result = output.Result,
            }
            : new Wire.CompleteOrchestrationAction
            {
                OrchestrationStatus = Wire.OrchestrationStatus.ContinuedAsNew,
                Result = continuation.Input,
                NewVersion = continuation.NewVersion,
                CarryoverEvents = { carryover },
            };
    }

    public static Wire.CompleteOrchestrationAction Failed(Exception failure) => Failed(WireFailure.Of(failure));

    public static Wire.CompleteOrchestrationAction Failed(Wire.TaskFailureDetails failure) => new()
    {
        OrchestrationStatus = Wire.OrchestrationStatus.Failed,
        FailureDetails = failure,
    };

    public static Wire.CompleteOrchestrationAction Terminated(Wire.ExecutionTerminatedEvent termination) => new()
    {
        OrchestrationStatus = Wire.OrchestrationStatus.Terminated,
        Result = termination.Input,
    };
}
