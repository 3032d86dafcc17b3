using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Intake.Reading;

/// <summary>Reads an issue of Jira again. It must be what was authorised: an edit since then wants the label anew.</summary>
internal sealed class JiraReader(TicketApi api) : ITicketReader
{
    public TicketHost Host => TicketHost.Jira;

    public async Task<ReadTicket> ReadAsync(IntakeSource source, Wish wish, CancellationToken cancellationToken)
    {
        JiraIssue issue = await api.GetAsync(
            source,
            $"rest/api/2/issue/{Uri.EscapeDataString(wish.Ticket.Number)}?fields=summary,description,labels,updated,project,creator",
            ReadingJson.Default.JiraIssue,
            cancellationToken);
        JiraFields fields = issue.Fields;
        string title = ShortText.Cut(fields.Summary ?? string.Empty, TicketText.Longest);
        string text = ShortText.Cut(fields.Description ?? string.Empty, TicketText.Longest + 1);
        if (issue.Key != wish.Ticket.Number || fields.Project?.Key is not { } project)
        {
            return ReadTicket.Refused($"{wish.Ticket.Number} is {issue.Key} by now; label that.");
        }

        if (fields.Labels?.Any(source.Trigger.IsLabel) != true)
        {
            return ReadTicket.Refused("The label is off again.");
        }

        if (title != wish.Ticket.Title || text != wish.Text)
        {
            return ReadTicket.Refused("It was edited since a run was asked for; take the label off and put it on again.");
        }

        string? author = fields.Creator?.AccountId ?? fields.Creator?.Name;
        return new ReadTicket(
            wish with
            {
                Ticket = wish.Ticket with
                {
                    Repository = project,
                    Revision = fields.Updated ?? wish.Ticket.Revision,
                    Author = author is null ? null : source.Trigger.PersonOf(TicketHost.Jira, author),
                    Url = new Uri($"{source.Api!.Url.AbsoluteUri.TrimEnd('/')}/browse/{Uri.EscapeDataString(issue.Key)}"),
                },
            },
            Refusal: null);
    }
}
