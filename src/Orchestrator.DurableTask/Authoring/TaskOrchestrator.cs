namespace Microsoft.DurableTask;

/// <summary>The base of orchestrators: code that decides the order of steps and is replayed, so it must be deterministic.</summary>
/// <typeparam name="TInput">The type of the input.</typeparam>
/// <typeparam name="TOutput">The type of the output.</typeparam>
public abstract class TaskOrchestrator<TInput, TOutput> : ITaskOrchestrator
{
    Type ITaskOrchestrator.InputType => typeof(TInput);

    Type ITaskOrchestrator.OutputType => typeof(TOutput);

    async Task<object?> ITaskOrchestrator.RunAsync(TaskOrchestrationContext context, object? input)
    {
        ArgumentNullException.ThrowIfNull(context);
        return await RunAsync(context, TaskInput.As<TInput>(input));
    }

    /// <summary>Decides the order of the steps.</summary>
    /// <param name="context">What the orchestrator may do; it must await nothing else.</param>
    /// <param name="input">The input of this generation; the default value where none was given.</param>
    /// <returns>The output, which the client and a parent orchestrator see.</returns>
    public abstract Task<TOutput> RunAsync(TaskOrchestrationContext context, TInput input);
}
