namespace Microsoft.DurableTask;

/// <summary>Adds functions to a registry as activities; each overload is one shape of function.</summary>
public static class ActivityFunctions
{
    /// <summary>Adds a function: asynchronous, with a version, input and output.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="version">Its version.</param>
    /// <param name="activity">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddActivityFunc<TInput, TOutput>(
        this DurableTaskRegistry registry, TaskName name, TaskVersion version, Func<TaskActivityContext, TInput, Task<TOutput>> activity)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ITaskActivity function = FuncTaskActivity.Create(activity);
        return registry.AddActivity(name, version, () => function);
    }

    /// <summary>Adds a function: asynchronous, with input and output.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="activity">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddActivityFunc<TInput, TOutput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskActivityContext, TInput, Task<TOutput>> activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return registry.AddActivityFunc(name, default, activity);
    }

    /// <summary>Adds a function: with input and output.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="activity">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddActivityFunc<TInput, TOutput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskActivityContext, TInput, TOutput> activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return registry.AddActivityFunc<TInput, TOutput>(name, (context, input) => Task.FromResult(activity(context, input)));
    }

    /// <summary>Adds a function: asynchronous, with input.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="activity">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddActivityFunc<TInput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskActivityContext, TInput, Task> activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return registry.AddActivityFunc<TInput, object?>(name, async (context, input) =>
        {
            await activity(context, input);
            return null;
        });
    }

    /// <summary>Adds a function: asynchronous, with output.</summary>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="activity">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddActivityFunc<TOutput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskActivityContext, Task<TOutput>> activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return registry.AddActivityFunc<object?, TOutput>(name, (context, _) => activity(context));
    }

    /// <summary>Adds a function: asynchronous.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="activity">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddActivityFunc(
        this DurableTaskRegistry registry, TaskName name, Func<TaskActivityContext, Task> activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return registry.AddActivityFunc<object?, object?>(name, async (context, _) =>
        {
            await activity(context);
            return null;
        });
    }

    /// <summary>Adds a function: with output.</summary>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="activity">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddActivityFunc<TOutput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskActivityContext, TOutput> activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return registry.AddActivityFunc<object?, TOutput>(name, (context, _) => activity(context));
    }

    /// <summary>Adds a function: with input.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="activity">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddActivityFunc<TInput>(
        this DurableTaskRegistry registry, TaskName name, Action<TaskActivityContext, TInput> activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return registry.AddActivityFunc<TInput, object?>(name, (context, input) =>
        {
            activity(context, input);
            return Task.FromResult<object?>(null);
        });
    }

    /// <summary>Adds a function: with neither input nor output.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="activity">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddActivityFunc(
        this DurableTaskRegistry registry, TaskName name, Action<TaskActivityContext> activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return registry.AddActivityFunc<object?, object?>(name, (context, _) =>
        {
            activity(context);
            return Task.FromResult<object?>(null);
        });
    }
}
