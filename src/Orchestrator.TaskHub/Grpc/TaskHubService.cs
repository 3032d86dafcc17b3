using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Failpoints;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Engine;
using Orchestrator.TaskHub.Hubs;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>The protocol's service. What it does not override answers UNIMPLEMENTED.</summary>
internal sealed class TaskHubService(Hub hub) : TaskHubSidecarService.TaskHubSidecarServiceBase
{
    private readonly PayloadLimit _limit = new(hub.Options.MaxPayloadBytes);

    public override Task<Empty> Hello(Empty request, ServerCallContext context) =>
        AnswerAsync(context, (_, _) => Task.FromResult(new Empty()));

    public override Task GetWorkItems(
        GetWorkItemsRequest request, IServerStreamWriter<WorkItem> responseStream, ServerCallContext context) =>
        AnswerAsync(context, async (engine, cancellationToken) =>
        {
            await engine.ServeAsync(request, context.Worker(), responseStream.WriteAsync, cancellationToken);
            return new Empty();
        });

    public override Task<CompleteTaskResponse> CompleteOrchestratorTask(OrchestratorResponse request, ServerCallContext context) =>
        AnswerAsync(context, async (engine, cancellationToken) =>
        {
            await engine.CompleteAsync(request, cancellationToken);
            return new CompleteTaskResponse();
        });

    public override Task<CompleteTaskResponse> CompleteActivityTask(ActivityResponse request, ServerCallContext context) =>
        AnswerAsync(context, async (engine, _) =>
        {
            await engine.CompleteAsync(request);
            return new CompleteTaskResponse();
        });

    public override Task<AbandonOrchestrationTaskResponse> AbandonTaskOrchestratorWorkItem(
        AbandonOrchestrationTaskRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, _) =>
        {
            engine.Abandon(request.CompletionToken);
            return Task.FromResult(new AbandonOrchestrationTaskResponse());
        });

    public override Task<AbandonActivityTaskResponse> AbandonTaskActivityWorkItem(
        AbandonActivityTaskRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, _) =>
        {
            engine.Abandon(request.CompletionToken);
            return Task.FromResult(new AbandonActivityTaskResponse());
        });

    /// <summary>An instance that is not there has no history: an empty stream, as other hubs answer.</summary>
    public override Task StreamInstanceHistory(
        StreamInstanceHistoryRequest request, IServerStreamWriter<HistoryChunk> responseStream, ServerCallContext context) =>
        AnswerAsync(context, async (engine, cancellationToken) =>
        {
            IReadOnlyList<HistoryEvent> events = await engine.Commits.ReadAsync(tables => History(tables, request), cancellationToken);
            foreach (HistoryChunk chunk in HistoryChunks.Of(events))
            {
                await responseStream.WriteAsync(chunk, cancellationToken);
                Failpoint.Hit("hub.history.chunk-sent");
            }

            return new Empty();
        });

    public override Task<CreateInstanceResponse> StartInstance(CreateInstanceRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, cancellationToken) => new InstanceStarts(engine, _limit).StartAsync(request, cancellationToken));

    public override Task<RestartInstanceResponse> RestartInstance(RestartInstanceRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, cancellationToken) => new InstanceStarts(engine, _limit).RestartAsync(request, cancellationToken));

    public override Task<GetInstanceResponse> GetInstance(GetInstanceRequest request, ServerCallContext context) =>
        AnswerAsync(context, async (engine, cancellationToken) =>
            await LookAsync(engine, request, _ => true, cancellationToken) ?? new GetInstanceResponse { Exists = false });

    public override Task<GetInstanceResponse> WaitForInstanceStart(GetInstanceRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, cancellationToken) => new InstanceWaits(engine, hub.Time).UntilAsync(
            request, instance => instance.Status != OrchestrationStatus.Pending, cancellationToken));

    public override Task<GetInstanceResponse> WaitForInstanceCompletion(GetInstanceRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, cancellationToken) => new InstanceWaits(engine, hub.Time).UntilAsync(
            request, instance => instance.IsTerminal, cancellationToken));

    public override Task<RaiseEventResponse> RaiseEvent(RaiseEventRequest request, ServerCallContext context) =>
        AnswerAsync(context, async (engine, cancellationToken) =>
        {
            if (PayloadLimit.IsExceededBeside(request, request.Input))
            {
                throw new HubException(
                    HubRefusal.Invalid, HubFailures.TooMuchBeside("the event", PayloadLimit.BytesBeside).ErrorMessage);
            }

            if (_limit.IsExceededBy(request.Input))
            {
                throw new HubException(
                    HubRefusal.Invalid, HubFailures.PayloadTooLarge($"The event {request.Name}", _limit.Bytes).ErrorMessage);
            }

            await engine.Commits.WriteAsync(
                transaction => transaction.RaiseEvent(request.InstanceId, request.Name, request.Input), cancellationToken);
            Failpoint.Hit("hub.call.event-committed");
            return new RaiseEventResponse();
        });

    /// <summary>Always works: an output too large to keep is left out.</summary>
    public override Task<TerminateResponse> TerminateInstance(TerminateRequest request, ServerCallContext context) =>
        AnswerAsync(context, async (engine, cancellationToken) =>
        {
            await engine.Commits.WriteAsync(
                transaction => transaction.RequestTermination(request.InstanceId, Kept(request.Output), request.Recursive),
                cancellationToken);
            Failpoint.Hit("hub.call.terminate-committed");
            return new TerminateResponse();
        });

    public override Task<SuspendResponse> SuspendInstance(SuspendRequest request, ServerCallContext context) =>
        AnswerAsync(context, async (engine, cancellationToken) =>
        {
            await engine.Commits.WriteAsync(
                transaction => transaction.Suspend(request.InstanceId, Kept(request.Reason)), cancellationToken);
            Failpoint.Hit("hub.call.suspend-committed");
            return new SuspendResponse();
        });

    public override Task<ResumeResponse> ResumeInstance(ResumeRequest request, ServerCallContext context) =>
        AnswerAsync(context, async (engine, cancellationToken) =>
        {
            await engine.Commits.WriteAsync(
                transaction => transaction.Resume(request.InstanceId, Kept(request.Reason)), cancellationToken);
            Failpoint.Hit("hub.call.resume-committed");
            return new ResumeResponse();
        });

    public override Task<RewindInstanceResponse> RewindInstance(RewindInstanceRequest request, ServerCallContext context) =>
        AnswerAsync(context, async (engine, cancellationToken) =>
        {
            await engine.Commits.WriteAsync(
                transaction => transaction.Rewind(request.InstanceId, Kept(request.Reason)), cancellationToken);
            Failpoint.Hit("hub.call.rewind-committed");
            return new RewindInstanceResponse();
        });

    public override Task<SkipGracefulOrchestrationTerminationsResponse> SkipGracefulOrchestrationTerminations(
        SkipGracefulOrchestrationTerminationsRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, cancellationToken) => new InstanceTerminations(engine).ForceAsync(
            request.InstanceBatch?.InstanceIds ?? [], Kept(request.Reason), cancellationToken));

    public override Task<QueryInstancesResponse> QueryInstances(QueryInstancesRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, cancellationToken) =>
            new InstanceQueries(engine).QueryAsync(request.Query ?? new InstanceQuery(), cancellationToken));

    public override Task<ListInstanceIdsResponse> ListInstanceIds(ListInstanceIdsRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, cancellationToken) => new InstanceQueries(engine).ListAsync(request, cancellationToken));

    public override Task<PurgeInstancesResponse> PurgeInstances(PurgeInstancesRequest request, ServerCallContext context) =>
        AnswerAsync(context, (engine, cancellationToken) => new InstancePurges(engine, hub.Time).PurgeAsync(request, cancellationToken));

    public override Task<CreateTaskHubResponse> CreateTaskHub(CreateTaskHubRequest request, ServerCallContext context) =>
        ManageAsync(
            context,
            name => hub.Named.CreateAsync(name, request.RecreateIfExists, context.CancellationToken),
            new CreateTaskHubResponse());

    public override Task<DeleteTaskHubResponse> DeleteTaskHub(DeleteTaskHubRequest request, ServerCallContext context) =>
        ManageAsync(context, name => hub.Named.DeleteAsync(name, context.CancellationToken), new DeleteTaskHubResponse());

    private static Task<GetInstanceResponse?> LookAsync(
        HubEngine engine, GetInstanceRequest request, Func<Instance, bool> isThere, CancellationToken cancellationToken) =>
        engine.Commits.ReadAsync(
            tables => tables.Instances.Find(request.InstanceId) is { } instance && isThere(instance)
                ? new GetInstanceResponse { Exists = true, OrchestrationState = tables.Describe(instance, request.GetInputsAndOutputs) }
                : null,
            cancellationToken);

    private static IReadOnlyList<HistoryEvent> History(HubTables tables, StreamInstanceHistoryRequest request)
    {
        Instance? instance = tables.Instances.Find(request.InstanceId);
        if (instance is not null && (string.IsNullOrEmpty(request.ExecutionId) || request.ExecutionId == instance.ExecutionId))
        {
            IReadOnlyList<HistoryEvent> history = tables.Histories.Read(instance.Key);

            // Other hubs do not tell their clients when a turn ended, and clients count events.
            return request.ForWorkItemProcessing
                ? history
                : history.Where(happened => happened.OrchestratorCompleted is null).ToList();
        }

        // A worker that replays nothing would fail the instance; its turn is stale anyway.
        return request.ForWorkItemProcessing
            ? throw new HubException(HubRefusal.StaleToken, $"Instance {request.InstanceId} has moved on.")
            : [];
    }

    private string? Kept(string? text) => _limit.IsExceededBy(text) ? null : text;

    private async Task<T> AnswerAsync<T>(ServerCallContext context, Func<HubEngine, CancellationToken, Task<T>> answer)
    {
        HubEngine engine = await RpcFailures.TranslateAsync(
            () => hub.FindAsync(context.Hub(), context.CancellationToken).AsTask(), CancellationToken.None, context.CancellationToken);
        return await RpcFailures.TranslateAsync(
            () => answer(engine, context.CancellationToken), engine.Stopping, context.CancellationToken);
    }

    // What concerns a hub as a whole; the default one is there as long as its server is.
    private static Task<T> ManageAsync<T>(ServerCallContext context, Func<HubName, Task> manage, T done) =>
        RpcFailures.TranslateAsync(
            async () =>
            {
                await manage(context.Hub() ?? throw new HubException(
                    HubRefusal.WrongState, "The default task hub is neither made nor deleted: name another in the taskhub metadata."));
                return done;
            },
            CancellationToken.None,
            context.CancellationToken);
}
