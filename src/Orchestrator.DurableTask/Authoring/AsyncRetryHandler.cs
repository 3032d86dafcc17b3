namespace Microsoft.DurableTask;

/// <summary>
/// Decides whether a failed call is tried again; it runs in the orchestrator, so it must be deterministic, and may await a durable
/// timer to wait before the next attempt.
/// </summary>
/// <param name="retryContext">What has failed, and how often.</param>
/// <returns>Whether to try again.</returns>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);
