using Orchestrator.Agent.Apis;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake.Transitions;

/// <summary>Moves issues of Jira by what their workflow offers from where they are.</summary>
internal sealed class JiraMover(TicketApi api) : ITicketMover
{
    public TicketHost Host => TicketHost.Jira;

    public string? FindFault(IntakeSource source) => api.FindFault(source);

    public async Task<TicketMove?> PlanAsync(TicketPlace place, TicketStage stage, string? underWay, CancellationToken cancellationToken)
    {
        if (place.Source.States?.Of(stage) is not { } wanted)
        {
            return null;
        }

        string issue = $"rest/api/2/issue/{Uri.EscapeDataString(place.Ticket.Number)}";
        string what = $"the status of {place.Ticket.Number}";
        JiraIssueState found = await api.AskAsync(place, new ApiRequest(HttpMethod.Get, $"{issue}?fields=status", what), TransitionJson.Default.JiraIssueState, cancellationToken)
            ?? throw TicketApi.Missing(place, what);
        string status = found.Fields.Status.Name;
        if (IsSame(status, wanted) || IsSame(status, underWay))
        {
            return null;
        }

        string path = $"{issue}/transitions";
        JiraTransitions offered = await api.AskAsync(place, new ApiRequest(HttpMethod.Get, path, what), TransitionJson.Default.JiraTransitions, cancellationToken)
            ?? throw TicketApi.Missing(place, what);
        JiraTransition transition = offered.Transitions.FirstOrDefault(one => IsSame(one.Name, wanted)) ?? offered.Transitions.FirstOrDefault(one => IsSame(one.To.Name, wanted))
            ?? throw new CodeHostException(
                $"{place.Ticket.Number} is '{status}', and Jira offers no transition from there that is called '{wanted}' or leads to that; it offers {InWords(offered)}. Look at Transitions of source {place.Source.Name}.");
        return IsSame(transition.To.Name, status) ? null : new TicketMove(transition.To.Name, MakeAsync);

        async Task MakeAsync(CancellationToken over)
        {
            ApiRequest request = new ApiRequest(HttpMethod.Post, path, $"the transition '{transition.Name}' of {place.Ticket.Number}")
                .With(new JiraStep(new JiraStepName(transition.Id)), TransitionJson.Default.JiraStep);
            if (await api.AskAsync(place, request, over) is null)
            {
                throw TicketApi.Missing(place, request.What);
            }
        }
    }

    private static bool IsSame(string one, string? other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string InWords(JiraTransitions offered) =>
        offered.Transitions.Count == 0 ? "none to this account" : string.Join(", ", offered.Transitions.Select(one => $"'{one.Name}' to '{one.To.Name}'"));
}
