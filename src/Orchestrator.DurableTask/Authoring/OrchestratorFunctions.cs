namespace Microsoft.DurableTask;

/// <summary>Adds functions to a registry as orchestrators; each overload is one shape of function.</summary>
public static class OrchestratorFunctions
{
    /// <summary>Adds a function: asynchronous, with a version, input and output.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="version">Its version.</param>
    /// <param name="orchestrator">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddOrchestratorFunc<TInput, TOutput>(
        this DurableTaskRegistry registry,
        TaskName name,
        TaskVersion version,
        Func<TaskOrchestrationContext, TInput, Task<TOutput>> orchestrator)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ITaskOrchestrator function = FuncTaskOrchestrator.Create(orchestrator);
        return registry.AddOrchestrator(name, version, () => function);
    }

    /// <summary>Adds a function: asynchronous, with input and output.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="orchestrator">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddOrchestratorFunc<TInput, TOutput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskOrchestrationContext, TInput, Task<TOutput>> orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return registry.AddOrchestratorFunc(name, default, orchestrator);
    }

    /// <summary>Adds a function: with input and output.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="orchestrator">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddOrchestratorFunc<TInput, TOutput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskOrchestrationContext, TInput, TOutput> orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return registry.AddOrchestratorFunc<TInput, TOutput>(name, (context, input) => Task.FromResult(orchestrator(context, input)));
    }

    /// <summary>Adds a function: asynchronous, with input.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="orchestrator">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddOrchestratorFunc<TInput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskOrchestrationContext, TInput, Task> orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return registry.AddOrchestratorFunc<TInput, object?>(name, async (context, input) =>
        {
            await orchestrator(context, input);
            return null;
        });
    }

    /// <summary>Adds a function: asynchronous, with output.</summary>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="orchestrator">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddOrchestratorFunc<TOutput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskOrchestrationContext, Task<TOutput>> orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return registry.AddOrchestratorFunc<object?, TOutput>(name, (context, _) => orchestrator(context));
    }

    /// <summary>Adds a function: asynchronous.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="orchestrator">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddOrchestratorFunc(
        this DurableTaskRegistry registry, TaskName name, Func<TaskOrchestrationContext, Task> orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return registry.AddOrchestratorFunc<object?, object?>(name, async (context, _) =>
        {
            await orchestrator(context);
            return null;
        });
    }

    /// <summary>Adds a function: with output.</summary>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="orchestrator">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddOrchestratorFunc<TOutput>(
        this DurableTaskRegistry registry, TaskName name, Func<TaskOrchestrationContext, TOutput> orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return registry.AddOrchestratorFunc<object?, TOutput>(name, (context, _) => orchestrator(context));
    }

    /// <summary>Adds a function: with input.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="orchestrator">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddOrchestratorFunc<TInput>(
        this DurableTaskRegistry registry, TaskName name, Action<TaskOrchestrationContext, TInput> orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return registry.AddOrchestratorFunc<TInput, object?>(name, (context, input) =>
        {
            orchestrator(context, input);
            return Task.FromResult<object?>(null);
        });
    }

    /// <summary>Adds a function: with neither input nor output.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The name to add it under.</param>
    /// <param name="orchestrator">The function.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="ArgumentException">The name and version are taken.</exception>
    public static DurableTaskRegistry AddOrchestratorFunc(
        this DurableTaskRegistry registry, TaskName name, Action<TaskOrchestrationContext> orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return registry.AddOrchestratorFunc<object?, object?>(name, (context, _) =>
        {
            orchestrator(context);
            return Task.FromResult<object?>(null);
        });
    }
}
