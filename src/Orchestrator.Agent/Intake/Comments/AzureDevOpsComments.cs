using System.Globalization;
using Orchestrator.Agent.Apis;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>Comments on work items of Azure DevOps. It strikes out of a text what its pages wouldn't show, so the mark is a last, small line.</summary>
internal sealed class AzureDevOpsComments(TicketApi api) : ITicketWriter
{
    /// <summary>As many as it gives.</summary>
    private const int PageSize = 200;

    /// <summary>Comments have no other version than that of a preview.</summary>
    private const string Version = "format=html&api-version=7.1-preview.4";

    public TicketHost Host => TicketHost.AzureDevOps;

    public string? FindFault(IntakeSource source) => api.FindFault(source);

    public string Render(TicketStatus status) => TicketMarkup.Html(status);

    public async Task<string?> FindAsync(TicketPlace place, TicketMark mark, DateTimeOffset since, CancellationToken cancellationToken)
    {
        string what = $"the comments of work item {place.Ticket.Number}";
        string? next = null;
        do
        {
            string from = next is null ? string.Empty : $"&continuationToken={Uri.EscapeDataString(next)}";
            var request = new ApiRequest(HttpMethod.Get, $"{CommentsOf(place)}?$top={PageSize}&order=asc&api-version=7.1-preview.4{from}", what);
            WorkItemCommentPage page = await api.AskAsync(place, request, CommentJson.Default.WorkItemCommentPage, cancellationToken) ?? throw TicketApi.Missing(place, what);
            if (page.Comments.FirstOrDefault(comment => comment.Text?.Contains(mark.Nonce, StringComparison.Ordinal) == true) is { } ours)
            {
                return IdOf(ours);
            }

            next = page.Comments.Count == 0 ? null : page.ContinuationToken;
        }
        while (next is not null);
        return null;
    }

    public async Task<string> CreateAsync(TicketPlace place, TicketMark mark, string text, CancellationToken cancellationToken)
    {
        string what = $"a comment on work item {place.Ticket.Number}";
        ApiRequest request = new ApiRequest(HttpMethod.Post, $"{CommentsOf(place)}?{Version}", what).With(Marked(mark, text), CommentJson.Default.NewWorkItemComment);
        return IdOf(await api.AskAsync(place, request, CommentJson.Default.WorkItemComment, cancellationToken) ?? throw TicketApi.Missing(place, what));
    }

    public async Task<bool> EditAsync(TicketPlace place, string comment, TicketMark mark, string text, CancellationToken cancellationToken)
    {
        var request = new ApiRequest(HttpMethod.Patch, $"{CommentsOf(place)}/{Uri.EscapeDataString(comment)}?{Version}", $"the comment {comment} on work item {place.Ticket.Number}");
        return await api.AskAsync(place, request.With(Marked(mark, text), CommentJson.Default.NewWorkItemComment), cancellationToken) is not null;
    }

    private static string CommentsOf(TicketPlace place) =>
        $"{Uri.EscapeDataString(place.Ticket.Repository)}/_apis/wit/workItems/{Uri.EscapeDataString(place.Ticket.Number)}/comments";

    private static NewWorkItemComment Marked(TicketMark mark, string text) => new($"{text}<p><small>{mark.Nonce}</small></p>");

    private static string IdOf(WorkItemComment comment) => comment.Id.ToString(CultureInfo.InvariantCulture);
}
