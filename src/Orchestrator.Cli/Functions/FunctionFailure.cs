using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.DurableTask;
using Orchestrator.Cli.Hosting;
using Orchestrator.Protocol;
using Wire = Orchestrator.Protocol;

namespace Orchestrator.Cli.Functions;

/// <summary>
/// An activity's failure as a value. Of a call that fails, the Functions host tells the orchestrator no more than that it did, and by the type of
/// a failure it is decided whether to try again. So the call succeeds with this, and before the orchestrator is played it becomes the failure again.
/// </summary>
internal static class FunctionFailure
{
    private const string Key = "$orchestratorFailure";

    public static JsonObject Of(Exception failure) => new()
    {
        [Key] = Convert.ToBase64String(HostLine.Write(failure is TaskFailedException failed
            ? failed.FailureDetails
            : Microsoft.DurableTask.TaskFailureDetails.FromException(failure)).ToByteArray()),
    };

    /// <summary>Turns results that are failures into events that say so.</summary>
    public static void Restore(OrchestratorRequest request)
    {
        foreach (HistoryEvent happened in request.PastEvents.Concat(request.NewEvents))
        {
            if (happened.TaskCompleted is { } completed && Find(completed.Result) is { } failure)
            {
                happened.TaskFailed = new TaskFailedEvent { TaskScheduledId = completed.TaskScheduledId, FailureDetails = failure };
            }
        }
    }

    private static Wire.TaskFailureDetails? Find(string? result) =>
        result is not null && result.Contains(Key, StringComparison.Ordinal)
        && JsonNode.Parse(result) is JsonObject { Count: 1 } only && only[Key] is JsonValue value
            ? Wire.TaskFailureDetails.Parser.ParseFrom(Convert.FromBase64String(value.GetValue<string>()))
            : null;
}
