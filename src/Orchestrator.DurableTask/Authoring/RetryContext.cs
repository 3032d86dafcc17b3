namespace Microsoft.DurableTask;

/// <summary>What a retry handler judges by.</summary>
/// <param name="OrchestrationContext">The orchestration that made the call.</param>
/// <param name="LastAttemptNumber">How many attempts have failed.</param>
/// <param name="LastFailure">Why the last attempt failed.</param>
/// <param name="TotalRetryTime">The orchestration's time since the first attempt began.</param>
/// <param name="CancellationToken">Cancelled when nobody waits for the outcome any more.</param>
public record RetryContext(
    TaskOrchestrationContext OrchestrationContext,
    int LastAttemptNumber,
    TaskFailureDetails LastFailure,
    TimeSpan TotalRetryTime,
    CancellationToken CancellationToken);
