namespace Microsoft.DurableTask;

/// <summary>The base of activities: code that touches the world. It runs at least once, so it must bear running twice.</summary>
/// <typeparam name="TInput">The type of the input.</typeparam>
/// <typeparam name="TOutput">The type of the output.</typeparam>
public abstract class TaskActivity<TInput, TOutput> : ITaskActivity
{
    Type ITaskActivity.InputType => typeof(TInput);

    Type ITaskActivity.OutputType => typeof(TOutput);

    async Task<object?> ITaskActivity.RunAsync(TaskActivityContext context, object? input)
    {
        ArgumentNullException.ThrowIfNull(context);
        return await RunAsync(context, TaskInput.As<TInput>(input));
    }

    /// <summary>Does the work.</summary>
    /// <param name="context">Who asks for it.</param>
    /// <param name="input">The input; the default value where none was given.</param>
    /// <returns>The output, which the orchestrator awaits.</returns>
    public abstract Task<TOutput> RunAsync(TaskActivityContext context, TInput input);
}
