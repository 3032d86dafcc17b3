using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Steering;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Steering;

/// <summary>What is wanted of the kill switch.</summary>
internal sealed record KillSwitchRequest(bool On, string? Reason = null);

/// <summary>How the kill switch stands for the caller's tenant.</summary>
/// <param name="On">No run of the tenant asks a model.</param>
/// <param name="Switches">Those that are on.</param>
internal sealed record KillSwitchView(bool On, IReadOnlyList<KillSwitch> Switches);

/// <summary>Stops all model calls: of the whole deployment for those of its own tenant, else of the caller's tenant.</summary>
internal sealed class KillSwitchEndpoints(KillSwitches switches)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/killswitch", (Caller caller, KillSwitchEndpoints endpoints, CancellationToken cancellationToken) => endpoints.ShowAsync(caller, cancellationToken))
            .WithName("GetKillSwitch").WithTags("Steering").WithSummary("Whether runs may ask models.");
        api.MapPost("/killswitch", (KillSwitchRequest wanted, Caller caller, KillSwitchEndpoints endpoints, CancellationToken cancellationToken) =>
                endpoints.SetAsync(wanted, caller, cancellationToken))
            .WithName("SetKillSwitch").WithTags("Steering").WithSummary("While it is on no run asks a model, in any process, also after a restart.");
    }

    private async Task<Ok<KillSwitchView>> SetAsync(KillSwitchRequest wanted, Caller caller, CancellationToken cancellationToken)
    {
        await (wanted.On
            ? switches.TurnOnAsync(caller, wanted.Reason, cancellationToken)
            : switches.TurnOffAsync(caller, since: null, wanted.Reason, cancellationToken));
        return await ShowAsync(caller, cancellationToken);
    }

    private async Task<Ok<KillSwitchView>> ShowAsync(Caller caller, CancellationToken cancellationToken)
    {
        IReadOnlyList<KillSwitch> known = await switches.ListAsync(caller, cancellationToken);
        return TypedResults.Ok(new KillSwitchView(known.Count > 0, known));
    }
}
