using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>The failures that come from the hub and not from anybody's code. None gets better by trying again.</summary>
internal static class HubFailures
{
    public const string PayloadTooLargeType = "PayloadTooLarge";
    public const string QuarantinedType = "WorkItemQuarantined";
    public const string InstanceExistsType = "OrchestrationAlreadyExists";
    public const string TerminatedType = "OrchestrationTerminated";
    public const string UnspecifiedType = "UnspecifiedFailure";

    private const int LongestText = 4096;

    public static TaskFailureDetails PayloadTooLarge(string what, int limit) =>
        Of(PayloadTooLargeType, $"{what} is larger than the hub's limit of {limit} bytes: keep it elsewhere and pass a reference.");

    public static TaskFailureDetails TooMuchBeside(string what, int limit) =>
        Of(PayloadTooLargeType, $"What {what} has beside its payload is larger than the hub's limit of {limit} bytes: use shorter names, ids and tags.");

    public static TaskFailureDetails Quarantined(string what, int attempts) => Of(
        QuarantinedType,
        $"{what} was handed out {attempts} times and never answered: each time its worker was lost, or came to no end with it.");

    public static TaskFailureDetails InstanceExists(string instanceId) =>
        Of(InstanceExistsType, $"An instance {instanceId} is under way already.");

    public static TaskFailureDetails Terminated(string instanceId) => Of(TerminatedType, $"Instance {instanceId} was terminated.");

    /// <summary>Stands in where a worker says that something failed but not how: readers rely on a reason.</summary>
    public static TaskFailureDetails Unspecified(string what) => Of(UnspecifiedType, $"{what} failed and gave no reason.");

    /// <summary>A failure that is larger than anything else may be is cut down to what it is called and how it begins.</summary>
    public static TaskFailureDetails Bounded(TaskFailureDetails failure, int limit) =>
        failure.CalculateSize() <= limit
            ? failure
            : new TaskFailureDetails
            {
                ErrorType = Beginning(failure.ErrorType),
                ErrorMessage = Beginning(failure.ErrorMessage),
                IsNonRetriable = failure.IsNonRetriable,
            };

    private static string Beginning(string text) => text.Length <= LongestText ? text : text[..LongestText];

    private static TaskFailureDetails Of(string type, string message) =>
        new() { ErrorType = type, ErrorMessage = message, IsNonRetriable = true };
}
