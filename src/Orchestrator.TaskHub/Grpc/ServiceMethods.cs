using Grpc.Core;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>The service's methods by name, as the generated code binds them.</summary>
internal sealed class ServiceMethods : ServiceBinderBase
{
    private readonly Dictionary<string, ServiceMethod> _methods = new(StringComparer.Ordinal);

    public ServiceMethod Find(string name) => _methods.TryGetValue(name, out ServiceMethod? method)
        ? method
        : throw new RpcException(new Status(StatusCode.Unimplemented, $"The hub has no method {name}."));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        _methods.Add(method.Name, new UnaryServiceMethod<TRequest, TResponse>(method, handler!));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        _methods.Add(method.Name, new StreamingServiceMethod<TRequest, TResponse>(method, handler!));
}
