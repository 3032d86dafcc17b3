using System.Globalization;
using System.Net;
using Octokit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>Comments on issues of GitHub. The mark is a first line, which its pages don't show.</summary>
internal sealed class GitHubComments(GitHubIssues issues) : ITicketWriter
{
    /// <summary>Comments of one page: as many as GitHub gives.</summary>
    private const int PageSize = 100;

    public TicketHost Host => TicketHost.GitHub;

    public string? FindFault(IntakeSource source) => issues.FindFault(source);

    public string Render(TicketStatus status) => TicketMarkup.Markdown(status);

    public async Task<string?> FindAsync(TicketPlace place, TicketMark mark, DateTimeOffset since, CancellationToken cancellationToken)
    {
        OpenIssue issue = issues.Open(place.Ticket);
        IReadOnlyList<IssueComment> found = await GitHubErrors.TranslateAsync(
            $"the comments of {issue}",
            () => CommentsOf(issue).GetAllForIssue(issue.At.Owner, issue.At.Name, issue.Number, new IssueCommentRequest { Since = since }, new ApiOptions { PageSize = PageSize }),
            cancellationToken);
        return found.OrderBy(comment => comment.Id).FirstOrDefault(comment => comment.Body?.StartsWith(LineOf(mark), StringComparison.Ordinal) == true) is { } ours ? IdOf(ours) : null;
    }

    public async Task<string> CreateAsync(TicketPlace place, TicketMark mark, string text, CancellationToken cancellationToken)
    {
        OpenIssue issue = issues.Open(place.Ticket);
        return IdOf(await GitHubErrors.TranslateAsync(
            $"a comment on {issue}", () => CommentsOf(issue).Create(issue.At.Owner, issue.At.Name, issue.Number, Marked(mark, text)), cancellationToken));
    }

    public Task<bool> EditAsync(TicketPlace place, string comment, TicketMark mark, string text, CancellationToken cancellationToken)
    {
        OpenIssue issue = issues.Open(place.Ticket);
        return GitHubErrors.TranslateAsync($"the comment {comment} on {issue}", EditAsync, cancellationToken);

        async Task<bool> EditAsync()
        {
            try
            {
                await CommentsOf(issue).Update(issue.At.Owner, issue.At.Name, long.Parse(comment, CultureInfo.InvariantCulture), Marked(mark, text));
                return true;
            }
            catch (ApiException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                return false;
            }
        }
    }

    private static string LineOf(TicketMark mark) => $"<!-- orchestrator:run {mark.Run} {mark.Nonce} -->";

    private static string Marked(TicketMark mark, string text) => $"{LineOf(mark)}\n{text}";

    private static string IdOf(IssueComment comment) => comment.Id.ToString(CultureInfo.InvariantCulture);

    private static IssueCommentsClient CommentsOf(OpenIssue issue) => new(issue.Api);
}
