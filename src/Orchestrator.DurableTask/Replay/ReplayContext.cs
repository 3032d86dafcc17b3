using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Replay;

/// <summary>The context of one generation of an orchestration: turns the orchestrator's calls into actions and open tasks.</summary>
internal sealed class ReplayContext(
    string instanceId,
    Wire.ExecutionStartedEvent start,
    ReplaySettings settings,
    OrchestratorScheduler scheduler,
    OrchestratorActions actions,
    PendingTasks tasks,
    ExternalEvents events) : TaskOrchestrationContext
{
    private DateTime _clock;
    private bool _isReplaying;
    private int _guids;

    /// <summary>The orchestrator's input as it is declared.</summary>
    public object? Input { get; set; }

    /// <summary>The orchestrator's own status, serialized.</summary>
    public string? CustomStatus { get; private set; }

    /// <summary>The next generation, if the orchestrator has asked for one.</summary>
    public Continuation? Continuation { get; private set; }

    public override TaskName Name => start.Name;

    public override string InstanceId => instanceId;

    public override string Version => start.Version ?? string.Empty;

    public override ParentOrchestrationInstance? Parent { get; } = start.ParentInstance is { } parent
        ? new ParentOrchestrationInstance(parent.Name, parent.OrchestrationInstance.InstanceId)
        : null;

    public override DateTime CurrentUtcDateTime => _clock;

    public override bool IsReplaying => _isReplaying;

    protected override ILoggerFactory LoggerFactory => settings.LoggerFactory;

    /// <summary>Begins to play events that the orchestrator has seen before, or that are new.</summary>
    public void BeginPlay(bool isReplaying) => _isReplaying = isReplaying;

    /// <summary>Steps the orchestrator's clock to the beginning of a turn.</summary>
    public void SetClock(DateTime turnStartedAt) => _clock = turnStartedAt;

    public override T? GetInput<T>()
        where T : default
        => (T?)Input;

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        ThrowIfMisplaced(input, options);
        Wire.ScheduleTaskAction action = new()
        {
            Name = name.Name,
            Version = NullIfEmpty(options?.Version?.Version ?? Version),
            Input = ActivityInput.Wrap(settings.DataConverter.Serialize(input)),
        };
        AddTags(action.Tags, options);
        return DurableRetry.CallAsync(
            this, options?.Retry, () => RequestAsync<TResult>(name, new Wire.OrchestratorAction { ScheduleTask = action }));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        ThrowIfMisplaced(input, options);
        Wire.CreateSubOrchestrationAction action = new()
        {
            InstanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N"),
            Name = orchestratorName.Name,
            Version = NullIfEmpty(options?.Version?.Version ?? settings.DefaultVersion),
            Input = settings.DataConverter.Serialize(input),
        };
        AddTags(action.Tags, options);
        return DurableRetry.CallAsync(
            this,
            options?.Retry,
            () => RequestAsync<TResult>(orchestratorName, new Wire.OrchestratorAction { CreateSubOrchestration = action }));
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        DateTime end = fireAt.ToUniversalTime();
        while (end - CurrentUtcDateTime > settings.MaximumTimerInterval && !cancellationToken.IsCancellationRequested)
        {
            await SetTimer(CurrentUtcDateTime.Add(settings.MaximumTimerInterval), cancellationToken);
        }

        await SetTimer(end, cancellationToken);
    }

    /// <summary>Sets one timer, however long.</summary>
    public Task SetTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        scheduler.ThrowIfOutside();
        Wire.CreateTimerAction action = new() { FireAt = Timestamp.FromDateTime(fireAt) };
        return tasks.OpenTimer(actions.Add(new Wire.OrchestratorAction { CreateTimer = action }), cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        scheduler.ThrowIfOutside();
        return events.WaitAsync<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        SendRaw(instanceId, eventName, settings.DataConverter.Serialize(payload));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        scheduler.ThrowIfOutside();
        CustomStatus = settings.DataConverter.Serialize(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        scheduler.ThrowIfOutside();
        string? version = string.IsNullOrWhiteSpace(options.NewVersion) ? null : options.NewVersion;
        Continuation = new Continuation(settings.DataConverter.Serialize(options.NewInput), version);
        foreach (ExternalEvents.UnreadEvent unread in options.PreserveUnprocessedEvents ? events.TakeUnread() : [])
        {
            SendRaw(InstanceId, unread.Name, unread.Payload);
        }
    }

    public override Guid NewGuid()
    {
        scheduler.ThrowIfOutside();
        return DeterministicGuid.Make(InstanceId, CurrentUtcDateTime, _guids++);
    }

    private async Task<TResult> RequestAsync<TResult>(TaskName name, Wire.OrchestratorAction action)
    {
        scheduler.ThrowIfOutside();
        string? result = await tasks.Open(actions.Add(action), name.Name);
        return settings.DataConverter.Deserialize<TResult>(result)!;
    }

    private void SendRaw(string target, string eventName, string? payload)
    {
        scheduler.ThrowIfOutside();
        Wire.SendEventAction action = new()
        {
            Instance = new Wire.OrchestrationInstance { InstanceId = target },
            Name = eventName,
            Data = payload,
        };
        actions.Add(new Wire.OrchestratorAction { SendEvent = action });
    }

    // The overloads make it easy to pass options where the input belongs, and the compiler accepts it.
    private static void ThrowIfMisplaced(object? input, TaskOptions? options)
    {
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException("The options were passed as the input; name the parameter: options.", nameof(input));
        }
    }

    private static void AddTags(MapField<string, string> tags, TaskOptions? options)
    {
        foreach ((string name, string value) in options?.Tags ?? new Dictionary<string, string>())
        {
            tags[name] = value;
        }
    }

    private static string? NullIfEmpty(string version) => version.Length == 0 ? null : version;
}
