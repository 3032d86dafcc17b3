using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Intake;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Dashboard.Intake;

/// <summary>What ticket systems have sent, the newest first, and the runs that came of it.</summary>
internal sealed class DeliveryEndpoints(IIntakeStore store, CallerRights rights, Pages pages)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/intake", (string? state, long? before, HttpContext context, Caller caller, DeliveryEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(state, before, context, caller, cancellationToken))
        .ExcludeFromDescription();

    private async Task<IResult> ShowAsync(string? state, long? before, HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        DeliveryState? wanted = Enum.GetValues<DeliveryState>().Select(one => (DeliveryState?)one).FirstOrDefault(one => one.ToString() == state);
        var query = new DeliveryQuery { State = wanted, Before = before, Tenant = rights.TenantSeenBy(caller) };
        return Pages.Of<DeliveriesPage>(new Dictionary<string, object?>
        {
            [nameof(DeliveriesPage.Shell)] = await pages.ShellOfAsync(context, caller, cancellationToken),
            [nameof(DeliveriesPage.Query)] = query,
            [nameof(DeliveriesPage.Found)] = await store.SearchAsync(query, cancellationToken),
        });
    }
}
