using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Intake;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Paging;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Intake;

/// <summary>A page of deliveries, newest first.</summary>
internal sealed record DeliveryPageView(IReadOnlyList<DeliveryView> Deliveries, string? Next);

/// <summary>Shows what ticket systems have sent, and what has become of it.</summary>
internal sealed class DeliveryEndpoints(IIntakeStore store, CallerRights rights)
{
    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/intake/deliveries", (Caller caller, DeliveryEndpoints endpoints, CancellationToken cancellationToken, string? state, string? cursor, int? limit) =>
            endpoints.ListAsync(caller, state, cursor, limit, cancellationToken))
        .WithName("ListDeliveries").WithTags("Intake").WithSummary("What ticket systems have sent, newest first; 'next' is the 'cursor' of those after them.");

    private async Task<Results<Ok<DeliveryPageView>, ProblemHttpResult>> ListAsync(Caller caller, string? state, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        DeliveryState? wanted = null;
        if (state is not null)
        {
            string[] names = Enum.GetNames<DeliveryState>();
            if (names.FirstOrDefault(name => name.Equals(state, StringComparison.OrdinalIgnoreCase)) is not { } known)
            {
                return Problem.Invalid($"'{state}' is no state.", $"Say one of {string.Join(", ", names).ToLowerInvariant()}.");
            }

            wanted = Enum.Parse<DeliveryState>(known);
        }

        if (!PageRequest.TryRead(cursor, limit, out PageRequest? page, out ProblemHttpResult? refusal))
        {
            return refusal;
        }

        FoundDeliveries found = await store.SearchAsync(
            new DeliveryQuery { State = wanted, Before = page.Last, Limit = page.Limit, Tenant = rights.TenantSeenBy(caller) }, cancellationToken);
        return TypedResults.Ok(new DeliveryPageView([.. found.Deliveries.Select(DeliveryView.Of)], found.Next is { } next ? PageCursor.Write(next) : null));
    }
}
