using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Octokit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>Comments on issues of GitHub, as whom pull requests are opened.</summary>
internal sealed class GitHubComments(IOptions<GitHubOptions> options, GitHubTokens tokens, GitHubWire wire) : ITicketWriter
{
    /// <summary>Comments of one page: as many as GitHub gives.</summary>
    private const int PageSize = 100;

    public TicketHost Host => TicketHost.GitHub;

    public string? FindFault(IntakeSource source) => IsHere(source.BaseUrl)
        ? tokens.FindFault()
        : $"its tickets are at {source.BaseUrl}, and {GitHubOptions.Section} names {options.Value.Api}; let both be the same server, the first as Api:Url of the source.";

    public async Task<string?> FindAsync(Ticket ticket, string mark, DateTimeOffset since, CancellationToken cancellationToken)
    {
        (IssueCommentsClient client, GitHubRepository at, long number) = Open(ticket);
        IReadOnlyList<IssueComment> found = await GitHubErrors.TranslateAsync(
            $"the comments of {at.FullName}#{number}",
            () => client.GetAllForIssue(at.Owner, at.Name, number, new IssueCommentRequest { Since = since }, new ApiOptions { PageSize = PageSize }),
            cancellationToken);
        return found.OrderBy(comment => comment.Id).FirstOrDefault(comment => comment.Body?.StartsWith(mark, StringComparison.Ordinal) == true) is { } ours ? IdOf(ours) : null;
    }

    public async Task<string> CreateAsync(Ticket ticket, string text, CancellationToken cancellationToken)
    {
        (IssueCommentsClient client, GitHubRepository at, long number) = Open(ticket);
        return IdOf(await GitHubErrors.TranslateAsync($"a comment on {at.FullName}#{number}", () => client.Create(at.Owner, at.Name, number, text), cancellationToken));
    }

    public Task<bool> EditAsync(Ticket ticket, string comment, string text, CancellationToken cancellationToken)
    {
        (IssueCommentsClient client, GitHubRepository at, long number) = Open(ticket);
        return GitHubErrors.TranslateAsync($"the comment {comment} on {at.FullName}#{number}", EditAsync, cancellationToken);

        async Task<bool> EditAsync()
        {
            try
            {
                await client.Update(at.Owner, at.Name, long.Parse(comment, CultureInfo.InvariantCulture), text);
                return true;
            }
            catch (ApiException gone) when (gone.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                return false;
            }
        }
    }

    private static string IdOf(IssueComment comment) => comment.Id.ToString(CultureInfo.InvariantCulture);

    private (IssueCommentsClient Client, GitHubRepository At, long Number) Open(Ticket ticket)
    {
        if (!IsHere(ticket.BaseUrl))
        {
            throw new CodeHostException($"GitHub: the ticket is at {ticket.BaseUrl}, which is not {options.Value.Api}: no token of that is shown to another.");
        }

        return ticket.Repository.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name] && long.TryParse(ticket.Number, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && new GitHubRepository(owner, name) is var at
            ? (new IssueCommentsClient(wire.Connect(tokens, at)), at, number)
            : throw new CodeHostException($"GitHub: {ticket.Repository}#{ticket.Number} is no issue.");
    }

    private bool IsHere(Uri? api) => api is not null && Uri.Compare(api, options.Value.Api, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
        && api.AbsolutePath.Trim('/') == options.Value.Api.AbsolutePath.Trim('/');
}
