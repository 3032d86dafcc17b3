using System.Collections.ObjectModel;
using Microsoft.Extensions.Logging;

namespace Microsoft.DurableTask;

/// <summary>All that an orchestrator may do: call, wait, ask for the time and for ids, each so that a replay gives the same.</summary>
public abstract class TaskOrchestrationContext
{
    private ILoggerFactory? _replaySafeLoggerFactory;

    /// <summary>The name by which the orchestrator was started.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The instance id.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The orchestration that waits for this one; null if a client started it.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>The time at which the present turn began, in UTC; it stands still within a turn and is the same in a replay.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether what runs now has run before; for side effects such as logs only, never for decisions.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The version of the instance; empty when unversioned.</summary>
    public virtual string Version => string.Empty;

    /// <summary>What the host adds to an instance.</summary>
    public virtual IReadOnlyDictionary<string, object?> Properties => ReadOnlyDictionary<string, object?>.Empty;

    /// <summary>Makes loggers that are silent during replay.</summary>
    public virtual ILoggerFactory ReplaySafeLoggerFactory =>
        _replaySafeLoggerFactory ??= new ReplaySafeLoggerFactory(this, () => LoggerFactory);

    /// <summary>Makes the loggers that replay-safe ones write to.</summary>
    protected abstract ILoggerFactory LoggerFactory { get; }

    /// <summary>The input of this generation.</summary>
    /// <typeparam name="T">The type that the orchestrator declares for it.</typeparam>
    /// <returns>The input.</returns>
    public abstract T? GetInput<T>();

    /// <summary>Calls an activity that has no result.</summary>
    /// <param name="name">The activity.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">How it is called.</param>
    /// <returns>A task that ends with the activity.</returns>
    /// <exception cref="TaskFailedException">Thrown at the await: the activity failed.</exception>
    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivityAsync<object>(name, input, options);

    /// <summary>Calls an activity that has neither input nor result.</summary>
    /// <param name="name">The activity.</param>
    /// <param name="options">How it is called.</param>
    /// <returns>A task that ends with the activity.</returns>
    /// <exception cref="TaskFailedException">Thrown at the await: the activity failed.</exception>
    public virtual Task CallActivityAsync(TaskName name, TaskOptions options) => CallActivityAsync(name, null, options);

    /// <summary>Calls an activity that has no input.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="name">The activity.</param>
    /// <param name="options">How it is called.</param>
    /// <returns>The activity's result.</returns>
    /// <exception cref="TaskFailedException">Thrown at the await: the activity failed.</exception>
    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options) =>
        CallActivityAsync<TResult>(name, null, options);

    /// <summary>Calls an activity.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="name">The activity.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">How it is called.</param>
    /// <returns>The activity's result.</returns>
    /// <exception cref="TaskFailedException">Thrown at the await: the activity failed.</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null);

    /// <summary>Waits for a span of time, also over restarts.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="cancellationToken">Ends the wait early. An orchestration doesn't end while a timer is open.</param>
    /// <returns>A task that ends when the time is up.</returns>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) =>
        CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>Waits for a moment, also over restarts.</summary>
    /// <param name="fireAt">The moment.</param>
    /// <param name="cancellationToken">Ends the wait early. An orchestration doesn't end while a timer is open.</param>
    /// <returns>A task that ends at the moment.</returns>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>
    /// Waits for an event from outside. Events that came earlier are read first, oldest first; of several waiters the youngest gets
    /// the next event; a cancelled waiter gets none.
    /// </summary>
    /// <typeparam name="T">The type of the event's payload.</typeparam>
    /// <param name="eventName">The event's name, without regard to case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The payload.</returns>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>Waits for an event from outside, for a span of time.</summary>
    /// <typeparam name="T">The type of the event's payload.</typeparam>
    /// <param name="eventName">The event's name, without regard to case.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>The payload.</returns>
    /// <exception cref="TaskCanceledException">Thrown at the await: no event came in time.</exception>
    public Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout) =>
        WaitForExternalEvent<T>(eventName, timeout, CancellationToken.None);

    /// <summary>Waits for an event from outside, for a span of time.</summary>
    /// <typeparam name="T">The type of the event's payload.</typeparam>
    /// <param name="eventName">The event's name, without regard to case.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <returns>The payload.</returns>
    /// <exception cref="TaskCanceledException">Thrown at the await: no event came in time, or the wait was cancelled.</exception>
    public async Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timerCancellation = new();
        using var waiterCancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task timer = CreateTimer(timeout, timerCancellation.Token);
        Task<T> payload = WaitForExternalEvent<T>(eventName, waiterCancellation.Token);

        // The loser is cancelled, not left: an open timer would keep the orchestration from ending, and an open waiter would
        // take the next event.
        CancellationTokenSource loser = await Task.WhenAny(timer, payload) == payload ? timerCancellation : waiterCancellation;
#pragma warning disable CA1849 // CancelAsync would run the cancellation on another thread, outside the orchestrator's.
        loser.Cancel();
#pragma warning restore CA1849
        return await payload;
    }

    /// <summary>Sends an event to an orchestration instance, which may be this one; nothing says whether it arrived.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="payload">What it says.</param>
    public abstract void SendEvent(string instanceId, string eventName, object payload);

    /// <summary>Sets what clients read as the instance's own status.</summary>
    /// <param name="customStatus">The status; null for none.</param>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Starts another orchestration and waits for its end.</summary>
    /// <typeparam name="TResult">The type of its output.</typeparam>
    /// <param name="orchestratorName">The orchestrator.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">How it is called.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="TaskFailedException">Thrown at the await: the orchestration failed or was terminated.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <summary>Starts another orchestration that has no input, and waits for its end.</summary>
    /// <typeparam name="TResult">The type of its output.</typeparam>
    /// <param name="orchestratorName">The orchestrator.</param>
    /// <param name="options">How it is called.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="TaskFailedException">Thrown at the await: the orchestration failed or was terminated.</exception>
    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    /// <summary>Starts another orchestration that has neither input nor output, and waits for its end.</summary>
    /// <param name="orchestratorName">The orchestrator.</param>
    /// <param name="options">How it is called.</param>
    /// <returns>A task that ends with it.</returns>
    /// <exception cref="TaskFailedException">Thrown at the await: the orchestration failed or was terminated.</exception>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync(orchestratorName, null, options);

    /// <summary>Starts another orchestration that has no output, and waits for its end.</summary>
    /// <param name="orchestratorName">The orchestrator.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">How it is called.</param>
    /// <returns>A task that ends with it.</returns>
    /// <exception cref="TaskFailedException">Thrown at the await: the orchestration failed or was terminated.</exception>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    /// <summary>Starts this orchestration over with a fresh history once the orchestrator returns and nothing is open any more.</summary>
    /// <param name="newInput">The input of the next generation.</param>
    /// <param name="preserveUnprocessedEvents">Whether events that nobody has read go over to it.</param>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>Starts this orchestration over with a fresh history once the orchestrator returns and nothing is open any more.</summary>
    /// <param name="options">How.</param>
    public virtual void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContinueAsNew(options.NewInput, options.PreserveUnprocessedEvents);
    }

    /// <summary>A new id that a replay gives again; unique, but no secret.</summary>
    /// <returns>The id.</returns>
    public abstract Guid NewGuid();

    /// <summary>A logger that is silent during replay.</summary>
    /// <param name="categoryName">Its category.</param>
    /// <returns>The logger.</returns>
    public virtual ILogger CreateReplaySafeLogger(string categoryName) =>
        new ReplaySafeLogger(this, LoggerFactory.CreateLogger(categoryName));

    /// <summary>A logger that is silent during replay.</summary>
    /// <param name="type">The type that names its category.</param>
    /// <returns>The logger.</returns>
    public virtual ILogger CreateReplaySafeLogger(Type type) => new ReplaySafeLogger(this, LoggerFactory.CreateLogger(type));

    /// <summary>A logger that is silent during replay.</summary>
    /// <typeparam name="T">The type that names its category.</typeparam>
    /// <returns>The logger.</returns>
    public virtual ILogger CreateReplaySafeLogger<T>() => new ReplaySafeLogger(this, LoggerFactory.CreateLogger<T>());

    /// <summary>Compares the instance's version with another: as numbers if both are, else as text; none is the oldest.</summary>
    /// <param name="version">The other version.</param>
    /// <returns>Less than zero, zero or more than zero, as the instance's version is older, the same or newer.</returns>
    public virtual int CompareVersionTo(string version) => VersionOrder.Compare(Version, version);
}
