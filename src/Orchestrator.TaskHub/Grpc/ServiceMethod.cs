using Grpc.Core;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>One method of the service, callable with the caller's own message types.</summary>
internal abstract class ServiceMethod
{
    public virtual Task<TResponse> CallAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> caller, TRequest request, ServerCallContext context)
        where TRequest : class
        where TResponse : class =>
        throw NotLikeThat(caller);

    public virtual Task StreamAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> caller, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context)
        where TRequest : class
        where TResponse : class =>
        throw NotLikeThat(caller);

    // The wire format is what both types have in common.
    protected static TTo Converted<TFrom, TTo>(TFrom message, Marshaller<TFrom> from, Marshaller<TTo> to) =>
        message is TTo same ? same : WireMessage.Of(message, from).Read(to);

    private static RpcException NotLikeThat(IMethod caller) =>
        new(new Status(StatusCode.Unimplemented, $"{caller.FullName} is no {caller.Type} call."));
}

internal sealed class UnaryServiceMethod<TOwnRequest, TOwnResponse>(
    Method<TOwnRequest, TOwnResponse> own, UnaryServerMethod<TOwnRequest, TOwnResponse> handler) : ServiceMethod
    where TOwnRequest : class
    where TOwnResponse : class
{
    public override async Task<TResponse> CallAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> caller, TRequest request, ServerCallContext context)
    {
        TOwnResponse response = await handler(Converted(request, caller.RequestMarshaller, own.RequestMarshaller), context);
        return Converted(response, own.ResponseMarshaller, caller.ResponseMarshaller);
    }
}

internal sealed class StreamingServiceMethod<TOwnRequest, TOwnResponse>(
    Method<TOwnRequest, TOwnResponse> own, ServerStreamingServerMethod<TOwnRequest, TOwnResponse> handler) : ServiceMethod
    where TOwnRequest : class
    where TOwnResponse : class
{
    public override Task StreamAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> caller, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context)
    {
        TOwnRequest converted = Converted(request, caller.RequestMarshaller, own.RequestMarshaller);
        return handler(converted, new ConvertingWriter<TResponse>(own.ResponseMarshaller, caller.ResponseMarshaller, responses), context);
    }

    private sealed class ConvertingWriter<TResponse>(
        Marshaller<TOwnResponse> own, Marshaller<TResponse> theirs, IServerStreamWriter<TResponse> responses)
        : IServerStreamWriter<TOwnResponse>
        where TResponse : class
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(TOwnResponse message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(TOwnResponse message, CancellationToken cancellationToken) =>
            responses.WriteAsync(Converted(message, own, theirs), cancellationToken);
    }
}
