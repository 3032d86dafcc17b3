using Orchestrator.Agent.Apis;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake.Transitions;

/// <summary>Puts work items of Azure DevOps into other states; which there are follows from the item's type.</summary>
internal sealed class AzureDevOpsMover(TicketApi api) : ITicketMover
{
    public TicketHost Host => TicketHost.AzureDevOps;

    public string? FindFault(IntakeSource source) => api.FindFault(source);

    public async Task<TicketMove?> PlanAsync(TicketPlace place, TicketStage stage, string? underWay, CancellationToken cancellationToken)
    {
        if (place.Source.States?.Of(stage) is not { } wanted)
        {
            return null;
        }

        string item = $"_apis/wit/workitems/{Uri.EscapeDataString(place.Ticket.Number)}";
        string what = $"the state of work item {place.Ticket.Number}";
        WorkItemState found = await api.AskAsync(
            place, new ApiRequest(HttpMethod.Get, $"{item}?fields=System.State&api-version=7.1", what), TransitionJson.Default.WorkItemState, cancellationToken) ?? throw TicketApi.Missing(place, what);
        return wanted.Equals(found.Fields.State, StringComparison.OrdinalIgnoreCase) ? null : new TicketMove(wanted, MakeAsync);

        async Task MakeAsync(CancellationToken over)
        {
            ApiRequest request = new ApiRequest(HttpMethod.Patch, $"{item}?api-version=7.1", $"the state '{wanted}' of work item {place.Ticket.Number}")
                .With([new FieldChange("add", "/fields/System.State", wanted)], TransitionJson.Default.FieldChangeArray, "application/json-patch+json");
            if (await api.AskAsync(place, request, over) is null)
            {
                throw TicketApi.Missing(place, request.What);
            }
        }
    }
}
