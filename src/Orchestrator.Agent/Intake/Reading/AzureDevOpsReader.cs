using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Intake.Reading;

/// <summary>Reads a work item of Azure DevOps. Whoever changed it last must be one who may ask: they have seen all that it says.</summary>
internal sealed class AzureDevOpsReader(TicketApi api) : ITicketReader
{
    public TicketHost Host => TicketHost.AzureDevOps;

    public async Task<ReadTicket> ReadAsync(IntakeSource source, Wish wish, CancellationToken cancellationToken)
    {
        WorkItem item = await api.GetAsync(source, $"_apis/wit/workitems/{wish.Ticket.Number}?api-version=7.1", ReadingJson.Default.WorkItem, cancellationToken);
        WorkItemFields fields = item.Fields;
        if ($"{item.Id}" != wish.Ticket.Number || fields.Project is not { } project || fields.ChangedBy?.UniqueName is not { } asks)
        {
            throw new TicketReadException($"{source.Api!.Url.Host} answered with another work item, or without its project and people.");
        }

        if (fields.Tags?.Split(';', StringSplitOptions.TrimEntries).Any(source.Trigger.IsLabel) != true)
        {
            return ReadTicket.Refused("It doesn't have the tag.");
        }

        if (source.Trigger.RefusalOf(asks, isProgram: false, association: null) is { } refusal)
        {
            return ReadTicket.Refused($"{refusal} They changed it last.");
        }

        string? author = fields.CreatedBy?.UniqueName;
        return new ReadTicket(
            wish with
            {
                Ticket = wish.Ticket with
                {
                    Repository = project,
                    Revision = $"{item.Rev}",
                    Author = author is null ? null : source.Trigger.PersonOf(TicketHost.AzureDevOps, author),
                    Title = ShortText.Cut(fields.Title ?? string.Empty, TicketText.Longest),
                    Url = new Uri($"{source.Api!.Url.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(project)}/_workitems/edit/{item.Id}"),
                },
                Text = ShortText.Cut(fields.Description ?? string.Empty, TicketText.Longest + 1),
                AskedBy = asks,
                Requester = source.Trigger.PersonOf(TicketHost.AzureDevOps, asks),
            },
            Refusal: null);
    }
}
