using DurableTask.Core.Exceptions;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Protocol;
using HistoryEvent = DurableTask.Core.History.HistoryEvent;

namespace Microsoft.DurableTask.Client.Grpc;

/// <summary>A client that speaks to a hub by gRPC.</summary>
public sealed class GrpcDurableTaskClient : DurableTaskClient
{
    private readonly GrpcDurableTaskClientOptions _options;
    private readonly HubConnection _hub;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    /// <summary>Makes a client from the options of its name.</summary>
    /// <param name="name">The client's name.</param>
    /// <param name="options">The options of all clients.</param>
    /// <param name="logger">Writes what the client does.</param>
    /// <param name="timeProvider">The clock; the system's if null.</param>
    [ActivatorUtilitiesConstructor]
    public GrpcDurableTaskClient(
        string name,
        IOptionsMonitor<GrpcDurableTaskClientOptions> options,
        ILogger<GrpcDurableTaskClient> logger,
        TimeProvider? timeProvider = null)
        : this(name, options?.Get(name)!, logger, timeProvider)
    {
    }

    /// <summary>Makes a client.</summary>
    /// <param name="name">The client's name.</param>
    /// <param name="options">How it reaches its hub.</param>
    /// <param name="logger">Writes what the client does.</param>
    /// <param name="timeProvider">The clock; the system's if null.</param>
    public GrpcDurableTaskClient(
        string name, GrpcDurableTaskClientOptions options, ILogger logger, TimeProvider? timeProvider = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        _options = options;
        _logger = logger;
        _time = timeProvider ?? TimeProvider.System;
        _hub = new HubConnection(options.CallInvoker, options.Channel, options.Address);
    }

    /// <inheritdoc />
    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        // An empty version that was set says: unversioned. Only one that was not set gives way to the default.
        string? version = options?.Version?.Version ?? (_options.DefaultVersion.Length == 0 ? null : _options.DefaultVersion);
        CreateInstanceRequest request = new()
        {
            Name = orchestratorName.Name,
            Version = version,
            InstanceId = options?.InstanceId ?? Guid.NewGuid().ToString("N"),
            Input = _options.DataConverter.Serialize(input),
            ScheduledStartTimestamp = options?.StartAt?.ToTimestamp(),
            RequestTime = _time.GetUtcNow().ToTimestamp(),
            OrchestrationIdReusePolicy = WireStatus.ReusePolicy(options?.DedupeStatuses),
        };
        foreach ((string tag, string value) in options?.Tags ?? new Dictionary<string, string>())
        {
            request.Tags[tag] = value;
        }

        CreateInstanceResponse response = await HubCall.SendAsync(
            () => _hub.Client.StartInstanceAsync(request, cancellationToken: cancellation),
            e => e.StatusCode switch
            {
                StatusCode.AlreadyExists => new OrchestrationAlreadyExistsException(e.Status.Detail, e),
                StatusCode.InvalidArgument => new ArgumentException(e.Status.Detail, e),
                _ => null,
            },
            cancellation);
        Log.Started(_logger, request.Name, response.InstanceId);
        return response.InstanceId;
    }

    /// <inheritdoc />
    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        RaiseEventRequest request = new()
        {
            InstanceId = instanceId,
            Name = eventName,
            Input = _options.DataConverter.Serialize(eventPayload),
        };
        await _hub.Client.RaiseEventAsync(request, cancellationToken: cancellation);
    }

    /// <inheritdoc />
    public override async Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        TerminateRequest request = new()
        {
            InstanceId = instanceId,
            Output = _options.DataConverter.Serialize(options?.Output),
            Recursive = options?.Recursive ?? false,
        };
        await _hub.Client.TerminateInstanceAsync(request, cancellationToken: cancellation);
        Log.Terminated(_logger, instanceId);
    }

    /// <inheritdoc />
    public override async Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        SuspendRequest request = new() { InstanceId = instanceId, Reason = reason };
        await HubCall.SendAsync(() => _hub.Client.SuspendInstanceAsync(request, cancellationToken: cancellation), cancellation);
    }

    /// <inheritdoc />
    public override async Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ResumeRequest request = new() { InstanceId = instanceId, Reason = reason };
        await HubCall.SendAsync(() => _hub.Client.ResumeInstanceAsync(request, cancellationToken: cancellation), cancellation);
    }

    /// <inheritdoc />
    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        GetInstanceRequest request = Ask(instanceId, getInputsAndOutputs);
        GetInstanceResponse response = await _hub.Client.GetInstanceAsync(request, cancellationToken: cancellation);
        return response.Exists ? Metadata(response.OrchestrationState, getInputsAndOutputs) : null;
    }

    /// <inheritdoc />
    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        GetInstanceRequest request = Ask(instanceId, getInputsAndOutputs);
        GetInstanceResponse response = await HubCall.SendAsync(
            () => _hub.Client.WaitForInstanceStartAsync(request, cancellationToken: cancellation), cancellation);
        return Metadata(response.OrchestrationState, getInputsAndOutputs);
    }

    /// <inheritdoc />
    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        GetInstanceRequest request = Ask(instanceId, getInputsAndOutputs);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                GetInstanceResponse response = await HubCall.SendAsync(
                    () => _hub.Client.WaitForInstanceCompletionAsync(request, cancellationToken: cancellation), cancellation);
                return Metadata(response.OrchestrationState, getInputsAndOutputs);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded)
            {
                // A hub, or what lies before it, may end a long wait; the instance still runs.
                Log.WaitRenewed(_logger, instanceId);
            }
        }
    }

    /// <inheritdoc />
    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        OrchestrationQuery query = filter ?? new OrchestrationQuery();
        return Pageable.Create<OrchestrationMetadata>(async (token, size, cancellation) =>
        {
            QueryInstancesRequest request = new() { Query = InstanceQueries.Of(query, token, size) };
            QueryInstancesResponse response = await HubCall.SendAsync(
                () => _hub.Client.QueryInstancesAsync(request, cancellationToken: cancellation), cancellation);
            List<OrchestrationMetadata> instances =
                [.. response.OrchestrationState.Select(state => Metadata(state, query.FetchInputsAndOutputs))];
            return new Page<OrchestrationMetadata>(instances, response.ContinuationToken);
        });
    }

    /// <inheritdoc />
    public override async Task<Page<string>> ListInstanceIdsAsync(
        IEnumerable<OrchestrationRuntimeStatus>? runtimeStatus = null,
        DateTimeOffset? completedTimeFrom = null,
        DateTimeOffset? completedTimeTo = null,
        int pageSize = OrchestrationQuery.DefaultPageSize,
        string? lastInstanceKey = null,
        CancellationToken cancellation = default)
    {
        ListInstanceIdsRequest request = new()
        {
            RuntimeStatus = { WireStatus.Of(runtimeStatus) },
            CompletedTimeFrom = completedTimeFrom?.ToTimestamp(),
            CompletedTimeTo = completedTimeTo?.ToTimestamp(),
            PageSize = pageSize,
            LastInstanceKey = lastInstanceKey,
        };
        ListInstanceIdsResponse response = await HubCall.SendAsync(
            () => _hub.Client.ListInstanceIdsAsync(request, cancellationToken: cancellation), cancellation);
        return new Page<string>([.. response.InstanceIds], response.LastInstanceKey);
    }

    /// <inheritdoc />
    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        PurgeInstancesRequest request = new()
        {
            InstanceId = instanceId,
            Recursive = options?.Recursive ?? false,
            IsOrchestration = true,
        };
        return PurgeAsync(request, cancellation);
    }

    /// <inheritdoc />
    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        PurgeInstancesRequest request = new()
        {
            PurgeInstanceFilter = InstanceQueries.Of(filter),
            Recursive = options?.Recursive ?? false,
        };
        return PurgeAsync(request, cancellation);
    }

    /// <inheritdoc />
    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        RestartInstanceRequest request = new() { InstanceId = instanceId, RestartWithNewInstanceId = restartWithNewInstanceId };
        RestartInstanceResponse response = await HubCall.SendAsync(
            () => _hub.Client.RestartInstanceAsync(request, cancellationToken: cancellation),
            e => HubCall.Refusal(e, instanceId),
            cancellation);
        return response.InstanceId;
    }

    /// <inheritdoc />
    public override async Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        RewindInstanceRequest request = new() { InstanceId = instanceId, Reason = reason };
        await HubCall.SendAsync(
            () => _hub.Client.RewindInstanceAsync(request, cancellationToken: cancellation),
            e => HubCall.Refusal(e, instanceId),
            cancellation);
    }

    /// <inheritdoc />
    public override async Task<IList<HistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        StreamInstanceHistoryRequest request = new() { InstanceId = instanceId };
        List<HistoryEvent> history = [];
        try
        {
            using AsyncServerStreamingCall<HistoryChunk> stream =
                _hub.Client.StreamInstanceHistory(request, cancellationToken: cancellation);
            await foreach (HistoryChunk chunk in stream.ResponseStream.ReadAllAsync(cancellation))
            {
                history.AddRange(chunk.Events.Select(WireHistory.Read));
            }
        }
        catch (RpcException e) when ((HubCall.Cancellation(e, cancellation) ?? HubCall.Refusal(e, instanceId)) is { } translated)
        {
            throw translated;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Internal)
        {
            throw new InvalidOperationException($"The hub could not read the history of '{instanceId}'.", e);
        }

        return history;
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _hub.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<PurgeResult> PurgeAsync(PurgeInstancesRequest request, CancellationToken cancellation)
    {
        PurgeInstancesResponse response = await HubCall.SendAsync(
            () => _hub.Client.PurgeInstancesAsync(request, cancellationToken: cancellation),
            e => HubCall.Refusal(e, request.InstanceId),
            cancellation);
        return new PurgeResult(response.DeletedInstanceCount, response.IsComplete);
    }

    private OrchestrationMetadata Metadata(OrchestrationState state, bool withPayloads) => new(state.Name, state.InstanceId)
    {
        CreatedAt = state.CreatedTimestamp.ToDateTimeOffset(),
        LastUpdatedAt = state.LastUpdatedTimestamp.ToDateTimeOffset(),
        RuntimeStatus = (OrchestrationRuntimeStatus)state.OrchestrationStatus,
        SerializedInput = state.Input,
        SerializedOutput = state.Output,
        SerializedCustomStatus = state.CustomStatus,
        FailureDetails = WireFailure.Read(state.FailureDetails),
        DataConverter = withPayloads ? _options.DataConverter : null,
        Tags = new Dictionary<string, string>(state.Tags),
    };

    private static GetInstanceRequest Ask(string instanceId, bool withPayloads)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = withPayloads };
    }
}
