using Orchestrator.Agent.Apis;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>Comments on issues of Jira. Its pages hide nothing in a text, so the mark is a last, pale line.</summary>
internal sealed class JiraComments(TicketApi api) : ITicketWriter
{
    private const int PageSize = 100;

    public TicketHost Host => TicketHost.Jira;

    public string? FindFault(IntakeSource source) => api.FindFault(source);

    public string Render(TicketStatus status) => TicketMarkup.Wiki(status);

    /// <summary>The cloud keeps texts in another form and writes them anew when it is asked: of the mark, only the nonce is sure to be as it was.</summary>
    public async Task<string?> FindAsync(TicketPlace place, TicketMark mark, DateTimeOffset since, CancellationToken cancellationToken)
    {
        string what = $"the comments of {place.Ticket.Number}";
        for (int seen = 0; ;)
        {
            var request = new ApiRequest(HttpMethod.Get, $"{CommentsOf(place)}?startAt={seen}&maxResults={PageSize}&orderBy=created", what);
            JiraCommentPage page = await api.AskAsync(place, request, CommentJson.Default.JiraCommentPage, cancellationToken) ?? throw TicketApi.Missing(place, what);
            seen += page.Comments.Count;
            if (page.Comments.FirstOrDefault(comment => comment.Body?.Contains(mark.Nonce, StringComparison.Ordinal) == true) is { } ours)
            {
                return ours.Id;
            }

            if (page.Comments.Count == 0 || seen >= page.Total)
            {
                return null;
            }
        }
    }

    public async Task<string> CreateAsync(TicketPlace place, TicketMark mark, string text, CancellationToken cancellationToken)
    {
        string what = $"a comment on {place.Ticket.Number}";
        ApiRequest request = new ApiRequest(HttpMethod.Post, CommentsOf(place), what).With(Marked(mark, text), CommentJson.Default.JiraComment);
        return (await api.AskAsync(place, request, CommentJson.Default.JiraComment, cancellationToken))?.Id ?? throw TicketApi.Missing(place, what);
    }

    public async Task<bool> EditAsync(TicketPlace place, string comment, TicketMark mark, string text, CancellationToken cancellationToken)
    {
        var request = new ApiRequest(HttpMethod.Put, $"{CommentsOf(place)}/{Uri.EscapeDataString(comment)}", $"the comment {comment} on {place.Ticket.Number}");
        return await api.AskAsync(place, request.With(Marked(mark, text), CommentJson.Default.JiraComment), cancellationToken) is not null;
    }

    private static string CommentsOf(TicketPlace place) => $"rest/api/2/issue/{Uri.EscapeDataString(place.Ticket.Number)}/comment";

    private static JiraComment Marked(TicketMark mark, string text) => new(null, $"{text}\n{{color:#97a0af}}{mark.Nonce}{{color}}");
}
