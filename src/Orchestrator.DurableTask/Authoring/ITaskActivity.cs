namespace Microsoft.DurableTask;

/// <summary>An activity as the worker sees it, without its types; implement <see cref="TaskActivity{TInput, TOutput}"/> instead.</summary>
public interface ITaskActivity
{
    /// <summary>The type that the input is read as.</summary>
    Type InputType { get; }

    /// <summary>The type of the output.</summary>
    Type OutputType { get; }

    /// <summary>Does the work.</summary>
    /// <param name="context">Who asks for it.</param>
    /// <param name="input">The input, of <see cref="InputType"/> or null.</param>
    /// <returns>The output.</returns>
    Task<object?> RunAsync(TaskActivityContext context, object? input);
}
