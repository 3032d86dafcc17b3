using Grpc.Core;
using Orchestrator.Sql;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>The border where the hub's refusals and failures become gRPC statuses.</summary>
internal static class RpcFailures
{
    /// <param name="work">The call.</param>
    /// <param name="stopping">Cancelled when the hub stops: then callers are to come back, not to give up.</param>
    /// <param name="cancellationToken">The call's own token.</param>
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> work, CancellationToken stopping, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (HubException exception)
        {
            throw new RpcException(new Status(StatusOf(exception.Refusal), exception.Message));
        }
        catch (DatabaseException exception)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, exception.Message));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The hub stops."));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The worker took nothing for the length of a lease."));
        }
    }

    private static StatusCode StatusOf(HubRefusal refusal) => refusal switch
    {
        HubRefusal.UnknownInstance or HubRefusal.StaleToken or HubRefusal.UnknownHub => StatusCode.NotFound,
        HubRefusal.AlreadyExists => StatusCode.AlreadyExists,
        HubRefusal.Invalid => StatusCode.InvalidArgument,
        HubRefusal.WrongState => StatusCode.FailedPrecondition,
        HubRefusal.TooMany => StatusCode.ResourceExhausted,
        HubRefusal.Stopping => StatusCode.Unavailable,
    };
}
