namespace Microsoft.DurableTask.Replay;

/// <summary>Calls that are made again after a failure. The waits are durable timers, so a retry survives a restart.</summary>
internal static class DurableRetry
{
    /// <summary>Makes a call, and makes it again as its options say.</summary>
    public static Task<T> CallAsync<T>(ReplayContext context, TaskRetryOptions? retry, Func<Task<T>> call) => retry switch
    {
        { Policy: { } policy } => ByPolicyAsync(context, policy, call),
        { Handler: { } handler } => ByHandlerAsync(context, handler, call),
        _ => call(),
    };

    private static async Task<T> ByPolicyAsync<T>(ReplayContext context, RetryPolicy policy, Func<Task<T>> call)
    {
        DateTime startedAt = context.CurrentUtcDateTime;
        for (int attempt = 1; ; attempt++)
        {
            TaskFailedException failure;
            try
            {
                return await call();
            }
            catch (TaskFailedException e) when (!e.FailureDetails.IsNonRetriable)
            {
                failure = e;
            }

            if (attempt == policy.MaxNumberOfAttempts)
            {
                // The original SDK sets a timer without a wait here. Without it, a history of one would not replay on the other.
                await context.SetTimer(context.CurrentUtcDateTime, CancellationToken.None);
                throw failure;
            }

            if (policy.WaitAfter(attempt, context.CurrentUtcDateTime - startedAt, failure.FailureDetails) is not { } wait)
            {
                throw failure;
            }

            await context.SetTimer(context.CurrentUtcDateTime.Add(wait), CancellationToken.None);
        }
    }

    private static async Task<T> ByHandlerAsync<T>(ReplayContext context, AsyncRetryHandler handler, Func<Task<T>> call)
    {
        DateTime startedAt = context.CurrentUtcDateTime;
        for (int attempt = 1; ; attempt++)
        {
            TaskFailedException failure;
            try
            {
                return await call();
            }
            catch (TaskFailedException e) when (!e.FailureDetails.IsNonRetriable)
            {
                failure = e;
            }

            TimeSpan elapsed = context.CurrentUtcDateTime - startedAt;
            if (!await handler(new RetryContext(context, attempt, failure.FailureDetails, elapsed, CancellationToken.None)))
            {
                throw failure;
            }
        }
    }
}
