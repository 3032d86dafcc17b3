using Google.Protobuf;
using Grpc.Core;
using Orchestrator.Protocol;

namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>The simulated wire, as the SDK calls it.</summary>
internal sealed class LinkInvoker(Node caller, Link link, Disk disk) : CallInvoker
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        new(CallAsync<TRequest, TResponse>(request), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var chunk = new HistoryChunk { Events = { link.History((StreamInstanceHistoryRequest)(object)request, disk) } };
        return new AsyncServerStreamingCall<TResponse>(
            (IAsyncStreamReader<TResponse>)(object)new OneChunk(chunk),
            Task.FromResult(new Metadata()),
            () => Status.DefaultSuccess,
            () => [],
            () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    private async Task<TResponse> CallAsync<TRequest, TResponse>(TRequest request) =>
        (TResponse)await link.CallAsync<IMessage>(caller, (IMessage)request!);

    private sealed class OneChunk(HistoryChunk chunk) : IAsyncStreamReader<HistoryChunk>
    {
        private bool _isRead;

        public HistoryChunk Current => chunk;

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            bool isThere = !_isRead;
            _isRead = true;
            return Task.FromResult(isThere);
        }
    }
}
