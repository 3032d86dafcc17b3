using Grpc.Core;

namespace Microsoft.DurableTask.Client.Grpc;

/// <summary>Calls to the hub, whose failures become the exceptions that a client's caller expects.</summary>
internal static class HubCall
{
    /// <summary>Makes a call; the hub's word for a cancellation becomes .NET's.</summary>
    public static Task<T> SendAsync<T>(Func<AsyncUnaryCall<T>> call, CancellationToken cancellation) =>
        SendAsync(call, _ => null, cancellation);

    /// <summary>Makes a call; its failure is translated if a cancellation or the caller has a better word for it.</summary>
    public static async Task<T> SendAsync<T>(
        Func<AsyncUnaryCall<T>> call, Func<RpcException, Exception?> translate, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when ((Cancellation(e, cancellation) ?? translate(e)) is { } translated)
        {
            throw translated;
        }
    }

    public static OperationCanceledException? Cancellation(RpcException e, CancellationToken cancellation) =>
        e.StatusCode == StatusCode.Cancelled ? new OperationCanceledException("The call was cancelled.", e, cancellation) : null;

    /// <summary>What a hub's refusal of an order for an instance means; null if it is none.</summary>
    public static Exception? Refusal(RpcException e, string instanceId) => e.StatusCode switch
    {
        StatusCode.NotFound => new ArgumentException($"There is no instance '{instanceId}'.", e),
        StatusCode.FailedPrecondition => new InvalidOperationException(e.Status.Detail, e),
        StatusCode.Unimplemented => new NotImplementedException(e.Status.Detail, e),
        _ => null,
    };
}
