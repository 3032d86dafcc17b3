using Grpc.Core;
using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>
/// A gRPC channel without the wire: calls go straight to the service object. Messages of our own types are handed
/// over as they are, so neither side may change them afterwards; foreign types of the same protocol are converted.
/// </summary>
internal sealed class InProcessCallInvoker : CallInvoker
{
    private readonly ServiceMethods _methods = new();
    private readonly TimeProvider _time;

    public InProcessCallInvoker(TaskHubSidecarService.TaskHubSidecarServiceBase service, TimeProvider time)
    {
        _time = time;
        TaskHubSidecarService.BindService(_methods, service);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new InProcessCall(method.FullName, options, _time);
        Task<TResponse> response = call.RunAsync(context => _methods.Find(method.Name).CallAsync(method, request, context));
        return new AsyncUnaryCall<TResponse>(response, InProcessCall.NoHeaders, () => call.Status, () => call.Trailers, call.Cancel);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new InProcessCall(method.FullName, options, _time);
        var pipe = new InProcessStream<TResponse>();
        Task handler = call.RunAsync(async context =>
        {
            await _methods.Find(method.Name).StreamAsync(method, request, pipe, context);
            return true;
        });
        pipe.EndWith(handler);
        return new AsyncServerStreamingCall<TResponse>(
            pipe, InProcessCall.NoHeaders, () => call.Status, () => call.Trailers, call.Cancel);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw Unsupported("blocking calls");

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw Unsupported("client streams");

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw Unsupported("duplex streams");

    private static NotSupportedException Unsupported(string what) => new($"The protocol has no {what}.");
}
