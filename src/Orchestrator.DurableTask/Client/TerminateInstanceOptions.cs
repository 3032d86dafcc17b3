namespace Microsoft.DurableTask.Client;

/// <summary>How an instance is ended.</summary>
/// <param name="Output">Its output.</param>
/// <param name="Recursive">Whether its sub-orchestrations end too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
