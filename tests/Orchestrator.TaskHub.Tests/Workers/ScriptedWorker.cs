using System.Threading.Channels;
using Grpc.Core;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Tests.Workers;

/// <summary>A worker that does what the test says, in the protocol's own words.</summary>
internal sealed class ScriptedWorker : IDisposable
{
    private readonly TaskHubSidecarService.TaskHubSidecarServiceClient _hub;
    private readonly AsyncServerStreamingCall<WorkItem> _stream;
    private readonly Metadata? _headers;
    private readonly Channel<WorkItem> _received = Channel.CreateUnbounded<WorkItem>();

    private ScriptedWorker(CallInvoker invoker, GetWorkItemsRequest request, Metadata? headers)
    {
        _hub = new TaskHubSidecarService.TaskHubSidecarServiceClient(invoker);
        _headers = headers;
        _stream = _hub.GetWorkItems(request, headers);
        _ = ReceiveAsync();
    }

    public static ScriptedWorker Connect(CallInvoker invoker, GetWorkItemsRequest? request = null, Metadata? headers = null) =>
        new(invoker, request ?? new GetWorkItemsRequest(), headers);

    /// <summary>One that says it keeps orchestrators between turns.</summary>
    public static ScriptedWorker ConnectKeeping(CallInvoker invoker) =>
        new(invoker, new GetWorkItemsRequest(), LiveOrchestration.Announcement());

    /// <summary>The next message of the stream, pings too.</summary>
    /// <exception cref="RpcException">The stream has ended so.</exception>
    public async Task<WorkItem> NextMessageAsync()
    {
        try
        {
            return await _received.Reader.ReadAsync().AsTask().Soon();
        }
        catch (ChannelClosedException exception) when (exception.InnerException is RpcException status)
        {
            throw status;
        }
    }

    public async Task<WorkItem> NextAsync()
    {
        while (true)
        {
            WorkItem item = await NextMessageAsync();
            if (item.RequestCase != WorkItem.RequestOneofCase.HealthPing)
            {
                return item;
            }
        }
    }

    public async Task<WorkItem> NextTurnAsync()
    {
        WorkItem item = await NextAsync();
        Assert.Equal(WorkItem.RequestOneofCase.OrchestratorRequest, item.RequestCase);
        return item;
    }

    public async Task<WorkItem> NextActivityAsync()
    {
        WorkItem item = await NextAsync();
        Assert.Equal(WorkItem.RequestOneofCase.ActivityRequest, item.RequestCase);
        return item;
    }

    public async Task AnswerAsync(WorkItem turn, params OrchestratorAction[] actions) =>
        await SendAsync(Answers.To(turn, actions));

    public async Task SendAsync(OrchestratorResponse response) => await _hub.CompleteOrchestratorTaskAsync(response, _headers).ResponseAsync.Soon();

    public async Task CompleteAsync(WorkItem activity, string? result) => await _hub.CompleteActivityTaskAsync(new ActivityResponse
    {
        InstanceId = activity.ActivityRequest.OrchestrationInstance.InstanceId,
        TaskId = activity.ActivityRequest.TaskId,
        Result = result,
        CompletionToken = activity.CompletionToken,
    }, _headers).ResponseAsync.Soon();

    public async Task FailAsync(WorkItem activity, string errorType) => await _hub.CompleteActivityTaskAsync(new ActivityResponse
    {
        InstanceId = activity.ActivityRequest.OrchestrationInstance.InstanceId,
        TaskId = activity.ActivityRequest.TaskId,
        FailureDetails = new TaskFailureDetails { ErrorType = errorType, ErrorMessage = "as the test says" },
        CompletionToken = activity.CompletionToken,
    }, _headers).ResponseAsync.Soon();

    public async Task AbandonAsync(WorkItem item)
    {
        if (item.RequestCase == WorkItem.RequestOneofCase.ActivityRequest)
        {
            await _hub.AbandonTaskActivityWorkItemAsync(
                new AbandonActivityTaskRequest { CompletionToken = item.CompletionToken }, _headers).ResponseAsync.Soon();
        }
        else
        {
            await _hub.AbandonTaskOrchestratorWorkItemAsync(
                new AbandonOrchestrationTaskRequest { CompletionToken = item.CompletionToken }, _headers).ResponseAsync.Soon();
        }
    }

    /// <summary>Goes without a word, as a killed process does.</summary>
    public void Dispose() => _stream.Dispose();

    private async Task ReceiveAsync()
    {
        try
        {
            while (await _stream.ResponseStream.MoveNext(CancellationToken.None))
            {
                _received.Writer.TryWrite(_stream.ResponseStream.Current);
            }

            _received.Writer.Complete();
        }
        catch (RpcException exception)
        {
            _received.Writer.Complete(exception);
        }
    }
}
