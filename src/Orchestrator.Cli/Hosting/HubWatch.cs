using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orchestrator.Protocol;

namespace Orchestrator.Cli.Hosting;

/// <summary>Looks whether a hub that runs elsewhere answers, and says so; while it doesn't, at once and then every 30 seconds.</summary>
/// <param name="hub">The hub.</param>
/// <param name="caller">What this process is to it, as in <c>worker</c>.</param>
/// <param name="time">When to look again.</param>
internal sealed class HubWatch(HubConnection hub, string caller, TimeProvider time)
{
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookWhileLost = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookWhileThere = TimeSpan.FromSeconds(5);

    private readonly TaskHubSidecarService.TaskHubSidecarServiceClient _client = new(hub.Channel);

    /// <summary>The hub answered when it was last looked for.</summary>
    public bool IsThere { get; private set; }

    /// <summary>Watches until it is canceled.</summary>
    /// <param name="found">What is done each time that the hub begins to answer.</param>
    public async Task WatchAsync(Action found, CancellationToken cancellationToken)
    {
        long? toldAt = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            RpcException? fault = await FaultAsync(cancellationToken);
            bool wasThere = IsThere;
            IsThere = fault is null;
            if (fault is null)
            {
                toldAt = null;
                if (!wasThere)
                {
                    found();
                }
            }
            else if (!cancellationToken.IsCancellationRequested && (toldAt is null || time.GetElapsedTime(toldAt.Value) >= Reminder))
            {
                toldAt = time.GetTimestamp();
                await Console.Error.WriteLineAsync(Describe(fault));
            }

            await Task.Delay(IsThere ? LookWhileThere : LookWhileLost, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<RpcException?> FaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.HelloAsync(new Empty(), null, time.GetUtcNow().UtcDateTime.Add(Deadline), cancellationToken);
            return null;
        }
        catch (RpcException fault)
        {
            return fault;
        }
    }

    private string Describe(RpcException fault) => fault.StatusCode switch
    {
        StatusCode.Unauthenticated or StatusCode.PermissionDenied =>
            $"The hub at {hub.Address} refuses this {caller}: {fault.Status.Detail}. The {caller} asks again until it may; name the hub's token with --token-file.",
        StatusCode.DeadlineExceeded => Lost($"no answer within {Deadline.TotalSeconds:0} s"),
        _ => Lost(ReasonOf(fault)),
    };

    private string Lost(string reason) =>
        $"No hub answers at {hub.Address}: {reason}. The {caller} tries to connect until one does. "
        + $"Start it there (orchestrator hub --listen {hub.Address.Authority}), or name another with --hub.";

    /// <summary>What the system said, below what the library says of it.</summary>
    private static string ReasonOf(RpcException fault)
    {
        Exception? cause = fault.Status.DebugException;
        while (cause is not null and not SocketException)
        {
            cause = cause.InnerException;
        }

        return cause?.Message ?? fault.Status.Detail.TrimEnd('.');
    }
}
