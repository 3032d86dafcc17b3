using Microsoft.DurableTask;

namespace Orchestrator.Agent.Stores;

/// <summary>
/// How an activity is repeated that was lost or failed for a passing reason: a full disk, a busy database, workers that died. All
/// activities are idempotent by key. Bugs are not repeated, nor what is refused for what it is: a damaged repository, more than can land.
/// </summary>
public static class StepRetries
{
    public static TaskOptions Durable { get; } = new(new TaskRetryOptions(
        new RetryPolicy(maxNumberOfAttempts: 6, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 3)
        {
            HandleFailure = failure => !IsBug(failure) && !failure.IsCausedBy<LastingException>(),
        }));

    private static bool IsBug(TaskFailureDetails failure) =>
        failure.IsCausedBy<InvalidOperationException>() || failure.IsCausedBy<ArgumentException>() || failure.IsCausedBy<KeyNotFoundException>();
}
