namespace Microsoft.DurableTask;

/// <summary>An orchestrator as the worker sees it; implement <see cref="TaskOrchestrator{TInput, TOutput}"/> instead.</summary>
public interface ITaskOrchestrator
{
    /// <summary>The type that the input is read as.</summary>
    Type InputType { get; }

    /// <summary>The type of the output.</summary>
    Type OutputType { get; }

    /// <summary>Decides the order of the steps; replayed, so it must be deterministic.</summary>
    /// <param name="context">What the orchestrator may do.</param>
    /// <param name="input">The input, of <see cref="InputType"/> or null.</param>
    /// <returns>The output.</returns>
    Task<object?> RunAsync(TaskOrchestrationContext context, object? input);
}
