using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Protocol;

namespace Orchestrator.Cli.Tests.Functions;

/// <summary>
/// Plays the Functions host with its durable extension: takes work from a hub, which keeps histories and does what turns ask for, and calls the
/// custom handler for each item in the host's envelopes. What the real one keeps to itself is kept from the handler here too: execution ids,
/// completion tokens, and all of a failure but that there was one.
/// </summary>
internal sealed class PlayedFunctionsHost : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly TaskHubSidecarService.TaskHubSidecarServiceClient _hub;
    private readonly HttpClient _handler;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _calls = [];
    private Task _working = Task.CompletedTask;

    private PlayedFunctionsHost(string hub, int port)
    {
        Hub = hub;
        Port = port;
        _channel = GrpcChannel.ForAddress(hub);
        _hub = new TaskHubSidecarService.TaskHubSidecarServiceClient(_channel);
        _handler = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    public string Hub { get; }

    /// <summary>Where it calls the handler.</summary>
    public int Port { get; }

    /// <summary>The functions that were called, in order.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public static PlayedFunctionsHost On(string hub)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new PlayedFunctionsHost(hub, ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    /// <summary>Begins to hand out work.</summary>
    public void Start() => _working = WorkAsync();

    /// <summary>Calls a function of ours.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="data">What is bound.</param>
    /// <param name="metadata">What the host knows beside that.</param>
    /// <returns>Status and answer.</returns>
    public async Task<(HttpStatusCode Status, JsonObject? Answer, string Text)> CallAsync(string function, JsonObject data, JsonObject metadata)
    {
        lock (_calls)
        {
            _calls.Add(function);
        }

        var envelope = new JsonObject { ["Data"] = data, ["Metadata"] = metadata };
        using var request = new HttpRequestMessage(HttpMethod.Post, function) { Content = new StringContent(envelope.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.1040.300");
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        using HttpResponseMessage response = await _handler.SendAsync(request, _stop.Token);
        string text = await response.Content.ReadAsStringAsync(_stop.Token);
        return (response.StatusCode, response.IsSuccessStatusCode ? JsonNode.Parse(text)!.AsObject() : null, text);
    }

    /// <summary>What is bound to a durable client, as the host encodes it.</summary>
    public JsonNode Client() => Twice(new JsonObject
    {
        ["taskHubName"] = "default",
        ["connectionName"] = "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
        ["rpcBaseUrl"] = Hub,
        ["httpBaseUrl"] = "http://127.0.0.1:7071/runtime/webhooks/durabletask",
        ["requiredQueryStringParameters"] = "code=",
    }.ToJsonString());

    /// <summary>A string as the host binds it.</summary>
    public static JsonNode Twice(string text) => JsonValue.Create(JsonSerializer.Serialize(text));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _handler.Dispose();
        _channel.Dispose();
        _stop.Dispose();
    }

    /// <summary>A handler that dies is started again, and called again with what it had not answered.</summary>
    private async Task<(HttpStatusCode Status, JsonObject? Answer, string Text)> CallUntilAnsweredAsync(string function, JsonObject data, JsonObject metadata)
    {
        while (true)
        {
            try
            {
                return await CallAsync(function, (JsonObject)data.DeepClone(), (JsonObject)metadata.DeepClone());
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, _stop.Token);
            }
        }
    }

    private async Task WorkAsync()
    {
        var items = new List<Task>();
        using AsyncServerStreamingCall<WorkItem> stream = _hub.GetWorkItems(
            new GetWorkItemsRequest { MaxConcurrentActivityWorkItems = 8, MaxConcurrentOrchestrationWorkItems = 8 }, cancellationToken: _stop.Token);
        await foreach (WorkItem item in stream.ResponseStream.ReadAllAsync(_stop.Token))
        {
            items.Add(item.RequestCase switch
            {
                WorkItem.RequestOneofCase.OrchestratorRequest => PlayAsync(item),
                WorkItem.RequestOneofCase.ActivityRequest => RunAsync(item),
                _ => Task.CompletedTask,
            });
        }

        await Task.WhenAll(items);
    }

    private async Task PlayAsync(WorkItem item)
    {
        OrchestratorRequest asked = item.OrchestratorRequest;
        var told = new OrchestratorRequest { InstanceId = asked.InstanceId, PastEvents = { asked.PastEvents }, NewEvents = { asked.NewEvents } };
        string name = told.PastEvents.Concat(told.NewEvents).First(happened => happened.ExecutionStarted is not null).ExecutionStarted.Name;
        (HttpStatusCode status, JsonObject? answer, string text) = await CallUntilAnsweredAsync(
            name, new JsonObject { ["context"] = Twice(Convert.ToBase64String(told.ToByteArray())) }, new JsonObject { ["instanceId"] = Twice(asked.InstanceId) });
        Assert.True(status == HttpStatusCode.OK, text);
        OrchestratorResponse turn = OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(answer!["ReturnValue"]!.GetValue<string>()));
        await _hub.CompleteOrchestratorTaskAsync(
            new OrchestratorResponse { InstanceId = asked.InstanceId, Actions = { turn.Actions }, CustomStatus = turn.CustomStatus, CompletionToken = item.CompletionToken });
    }

    private async Task RunAsync(WorkItem item)
    {
        ActivityRequest asked = item.ActivityRequest;
        string instance = asked.OrchestrationInstance.InstanceId;
        (HttpStatusCode status, JsonObject? answer, string text) = await CallUntilAnsweredAsync(
            asked.Name, new JsonObject { ["input"] = Twice(asked.Input ?? "null") }, new JsonObject { ["instanceId"] = Twice(instance) });
        var done = new ActivityResponse { InstanceId = instance, TaskId = asked.TaskId, CompletionToken = item.CompletionToken };
        if (status == HttpStatusCode.OK)
        {
            done.Result = answer!["ReturnValue"]?.ToJsonString();
        }
        else
        {
            done.FailureDetails = new TaskFailureDetails { ErrorType = "System.Exception", ErrorMessage = $"Exception while executing function: {text}" };
        }

        await _hub.CompleteActivityTaskAsync(done);
    }
}
