using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask;

/// <summary>The orchestrators and activities that a worker can run. A name may have several versions, each of them once.</summary>
public sealed class DurableTaskRegistry
{
    private readonly Dictionary<TaskKey, Func<ITaskOrchestrator>> _orchestrators = [];
    private readonly Dictionary<TaskKey, Func<IServiceProvider, ITaskActivity>> _activities = [];

    /// <summary>The orchestrators, with what makes them.</summary>
    internal IReadOnlyDictionary<TaskKey, Func<ITaskOrchestrator>> Orchestrators => _orchestrators;

    /// <summary>The activities, with what makes them.</summary>
    internal IReadOnlyDictionary<TaskKey, Func<IServiceProvider, ITaskActivity>> Activities => _activities;

    /// <summary>Adds an orchestrator.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="factory">Makes one for each execution.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">The name is empty, or has this version already.</exception>
    public DurableTaskRegistry AddOrchestrator(TaskName name, TaskVersion version, Func<ITaskOrchestrator> factory) =>
        Add(_orchestrators, new TaskKey(name, version), factory);

    /// <summary>Adds an unversioned orchestrator.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="factory">Makes one for each execution.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">The name is empty, or taken.</exception>
    public DurableTaskRegistry AddOrchestrator(TaskName name, Func<ITaskOrchestrator> factory) => AddOrchestrator(name, default, factory);

    /// <summary>Adds an orchestrator class under a name. Its parameterless constructor makes it: orchestrators get no services.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The class.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">It is no orchestrator class, or its name and version are taken.</exception>
    public DurableTaskRegistry AddOrchestrator(TaskName name, Type type)
    {
        ThrowUnlessConcrete<ITaskOrchestrator>(type);
        return AddOrchestrator(name, TaskKey.Of(type).Version, () => (ITaskOrchestrator)Activator.CreateInstance(type)!);
    }

    /// <summary>Adds an orchestrator class under the name of its attribute, or else its own.</summary>
    /// <param name="type">The class.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">It is no orchestrator class, or its name and version are taken.</exception>
    public DurableTaskRegistry AddOrchestrator(Type type)
    {
        ThrowUnlessConcrete<ITaskOrchestrator>(type);
        return AddOrchestrator(TaskKey.Of(type).Name, type);
    }

    /// <summary>Adds an orchestrator class under a name.</summary>
    /// <typeparam name="TOrchestrator">The class.</typeparam>
    /// <param name="name">Its name.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">Its name and version are taken.</exception>
    public DurableTaskRegistry AddOrchestrator<TOrchestrator>(TaskName name)
        where TOrchestrator : class, ITaskOrchestrator
        => AddOrchestrator(name, typeof(TOrchestrator));

    /// <summary>Adds an orchestrator class under the name of its attribute, or else its own.</summary>
    /// <typeparam name="TOrchestrator">The class.</typeparam>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">Its name and version are taken.</exception>
    public DurableTaskRegistry AddOrchestrator<TOrchestrator>()
        where TOrchestrator : class, ITaskOrchestrator
        => AddOrchestrator(typeof(TOrchestrator));

    /// <summary>Adds an orchestrator that serves all executions under a name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="orchestrator">The orchestrator; it must keep no state.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">Its name and version are taken.</exception>
    public DurableTaskRegistry AddOrchestrator(TaskName name, ITaskOrchestrator orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return AddOrchestrator(name, TaskKey.Of(orchestrator.GetType()).Version, () => orchestrator);
    }

    /// <summary>Adds an orchestrator that serves all executions, under the name of its class.</summary>
    /// <param name="orchestrator">The orchestrator; it must keep no state.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">Its name and version are taken.</exception>
    public DurableTaskRegistry AddOrchestrator(ITaskOrchestrator orchestrator)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return AddOrchestrator(TaskKey.Of(orchestrator.GetType()).Name, orchestrator);
    }

    /// <summary>Adds an activity.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="factory">Makes one for each execution.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">The name is empty, or has this version already.</exception>
    public DurableTaskRegistry AddActivity(TaskName name, TaskVersion version, Func<ITaskActivity> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add(_activities, new TaskKey(name, version), _ => factory());
    }

    /// <summary>Adds an unversioned activity.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="factory">Makes one for each execution, from the services of that execution.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">The name is empty, or taken.</exception>
    public DurableTaskRegistry AddActivity(TaskName name, Func<IServiceProvider, ITaskActivity> factory) =>
        Add(_activities, new TaskKey(name, default), factory);

    /// <summary>Adds an activity class under a name. It is made with services, in a scope of its own for each execution.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The class.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">It is no activity class, or its name and version are taken.</exception>
    public DurableTaskRegistry AddActivity(TaskName name, Type type)
    {
        ThrowUnlessConcrete<ITaskActivity>(type);
        TaskKey key = new(name, TaskKey.Of(type).Version);
        return Add(_activities, key, services => (ITaskActivity)ActivatorUtilities.GetServiceOrCreateInstance(services, type));
    }

    /// <summary>Adds an activity class under the name of its attribute, or else its own.</summary>
    /// <param name="type">The class.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">It is no activity class, or its name and version are taken.</exception>
    public DurableTaskRegistry AddActivity(Type type)
    {
        ThrowUnlessConcrete<ITaskActivity>(type);
        return AddActivity(TaskKey.Of(type).Name, type);
    }

    /// <summary>Adds an activity class under a name.</summary>
    /// <typeparam name="TActivity">The class.</typeparam>
    /// <param name="name">Its name.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">Its name and version are taken.</exception>
    public DurableTaskRegistry AddActivity<TActivity>(TaskName name)
        where TActivity : class, ITaskActivity
        => AddActivity(name, typeof(TActivity));

    /// <summary>Adds an activity class under the name of its attribute, or else its own.</summary>
    /// <typeparam name="TActivity">The class.</typeparam>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">Its name and version are taken.</exception>
    public DurableTaskRegistry AddActivity<TActivity>()
        where TActivity : class, ITaskActivity
        => AddActivity(typeof(TActivity));

    /// <summary>Adds an activity that serves all executions under a name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="activity">The activity; it must bear concurrent use.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">Its name and version are taken.</exception>
    public DurableTaskRegistry AddActivity(TaskName name, ITaskActivity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return AddActivity(name, TaskKey.Of(activity.GetType()).Version, () => activity);
    }

    /// <summary>Adds an activity that serves all executions, under the name of its class.</summary>
    /// <param name="activity">The activity; it must bear concurrent use.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">Its name and version are taken.</exception>
    public DurableTaskRegistry AddActivity(ITaskActivity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return AddActivity(TaskKey.Of(activity.GetType()).Name, activity);
    }

    private DurableTaskRegistry Add<TFactory>(Dictionary<TaskKey, TFactory> tasks, TaskKey key, TFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (string.IsNullOrEmpty(key.Name.Name))
        {
            throw new ArgumentException("A task needs a name.", nameof(key));
        }

        return tasks.TryAdd(key, factory) ? this : throw new ArgumentException($"A task {key} is already added.", nameof(key));
    }

    private static void ThrowUnlessConcrete<T>(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!typeof(T).IsAssignableFrom(type) || !type.IsClass || type.IsAbstract)
        {
            throw new ArgumentException($"{type} is not a concrete class that implements {typeof(T)}.", nameof(type));
        }
    }
}
