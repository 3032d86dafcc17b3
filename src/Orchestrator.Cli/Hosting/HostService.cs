using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Orchestrator.Agent.Hosts;
using Orchestrator.Protocol;

namespace Orchestrator.Cli.Hosting;

/// <summary>Does for other workers what needs a workspace that this host holds. Each call shows its run's token.</summary>
internal sealed class HostService(ToolHost host) : ToolHostService.ToolHostServiceBase
{
    private const string Scheme = "Bearer ";

    public ToolHost Host { get; set; } = host;

    /// <summary>Null while this process starts.</summary>
    public HostedActivities? Activities { get; set; }

    public override async Task<HostedActivityResponse> RunActivity(HostedActivityRequest request, ServerCallContext context)
    {
        string shown = context.RequestHeaders.GetValue("authorization") ?? string.Empty;
        if (!IsToken(shown, request.Run))
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, $"The token isn't that of run {request.Run} at the tool host {Host.Id}."));
        }

        HostedActivities activities = Activities ?? throw new RpcException(new Status(StatusCode.Unavailable, "The tool host is starting."));
        try
        {
            return new HostedActivityResponse
            {
                Output = await activities.RunForAnotherAsync(new HostCall(request.Run, request.Activity, request.Version, request.Input)),
            };
        }
        catch (HostException failure)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, failure.Message));
        }
#pragma warning disable CA1031 // An activity may throw anything; it becomes the activity's failure where it was asked for.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return new HostedActivityResponse { Failure = HostLine.Write(Microsoft.DurableTask.TaskFailureDetails.FromException(failure)) };
        }
    }

    private bool IsToken(string shown, string run) => shown.StartsWith(Scheme, StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown[Scheme.Length..]), Encoding.UTF8.GetBytes(Host.TokenFor(run)));
}
