using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Conformance;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Grpc;

public sealed class InProcessCallInvokerTests : HubTest<SqliteStorage>
{
    [Fact]
    public async Task ForeignMessageTypes_AreConverted()
    {
        Method<byte[], byte[]> method = Foreign(MethodType.Unary, "StartInstance");

        byte[] request = new CreateInstanceRequest { InstanceId = "a", Name = "Flow" }.ToByteArray();
        byte[] answer = await Hub.Invoker.AsyncUnaryCall(method, null, new CallOptions(), request).ResponseAsync.Soon();

        Assert.Equal("a", CreateInstanceResponse.Parser.ParseFrom(answer).InstanceId);
    }

    [Fact]
    public async Task ForeignStream_IsConverted()
    {
        await StartAsync("a");
        using AsyncServerStreamingCall<byte[]> stream = Hub.Invoker.AsyncServerStreamingCall(
            Foreign(MethodType.ServerStreaming, "GetWorkItems"), null, new CallOptions(), new GetWorkItemsRequest().ToByteArray());

        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None).Soon());
        Assert.Equal("a", WorkItem.Parser.ParseFrom(stream.ResponseStream.Current).OrchestratorRequest.InstanceId);
    }

    [Fact]
    public async Task UnknownMethod_IsUnimplemented() => Assert.Equal(StatusCode.Unimplemented, await StatusOfAsync(() =>
        Hub.Invoker.AsyncUnaryCall(Foreign(MethodType.Unary, "GetEntity"), null, new CallOptions(), []).ResponseAsync.Soon()));

    [Fact]
    public async Task CancelledStream_EndsAsCancelled()
    {
        using var cancel = new CancellationTokenSource();
        using AsyncServerStreamingCall<WorkItem> stream = Client.GetWorkItems(new GetWorkItemsRequest(), cancellationToken: cancel.Token);
        Task<bool> next = stream.ResponseStream.MoveNext(CancellationToken.None);

        await cancel.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, await StatusOfAsync(() => next.Soon()));
    }

    [Fact]
    public async Task CancelledCall_EndsAsCancelledWithStatus()
    {
        await StartAsync("a");
        using AsyncUnaryCall<GetInstanceResponse> wait = Client.WaitForInstanceCompletionAsync(new GetInstanceRequest { InstanceId = "a" });

        wait.Dispose();

        Assert.Equal(StatusCode.Cancelled, await StatusOfAsync(() => wait.ResponseAsync.Soon()));
        Assert.Equal(StatusCode.Cancelled, wait.GetStatus().StatusCode);
    }

    [Fact]
    public async Task HubIsClosed_CallsAreUnavailable()
    {
        await Hub.StopAsync(CancellationToken.None);

        Assert.Equal(StatusCode.Unavailable, await StatusOfAsync(() => StartAsync("a")));
    }

    private static Method<byte[], byte[]> Foreign(MethodType type, string name)
    {
        Marshaller<byte[]> bytes = Marshallers.Create(value => value, value => value);
        return new Method<byte[], byte[]>(type, "TaskHubSidecarService", name, bytes, bytes);
    }
}
