namespace Microsoft.DurableTask;

/// <summary>Decides whether a failed call is tried again; it runs in the orchestrator, so it must be deterministic.</summary>
/// <param name="retryContext">What has failed, and how often.</param>
/// <returns>Whether to try again at once.</returns>
public delegate bool RetryHandler(RetryContext retryContext);
