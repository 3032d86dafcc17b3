using System.Globalization;
using Octokit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>
/// Reads an issue of GitHub again, and the comment that asked for a run, as whom pull requests are opened. Both must be what was authorised. Where
/// nothing is there to ask with, the delivery is taken as it came: it is signed.
/// </summary>
internal sealed class GitHubReader(GitHubIssues issues, TimeProvider time) : ITicketReader
{
    private const string CommentTrigger = "comment:";

    /// <summary>Whoever waits for it starts no other run meanwhile.</summary>
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(30);

    public TicketHost Host => TicketHost.GitHub;

    public async Task<ReadTicket> ReadAsync(IntakeSource source, Wish wish, CancellationToken cancellationToken)
    {
        if (!issues.CanAsk(source))
        {
            return new ReadTicket(wish, Refusal: null);
        }

        using var tooLong = new CancellationTokenSource(LongestRead, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        try
        {
            return await ReadAgainAsync(source, wish, over.Token);
        }
        catch (Exception failure) when (failure is CodeHostException or IOException)
        {
            throw new TicketReadException(failure.Message, failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TicketReadException($"GitHub: the issue {wish.Ticket.Repository}#{wish.Ticket.Number}: it does not answer within {LongestRead.TotalSeconds:0} seconds.", failure);
        }
    }

    private async Task<ReadTicket> ReadAgainAsync(IntakeSource source, Wish wish, CancellationToken cancellationToken)
    {
        OpenIssue open = issues.Open(wish.Ticket);
        Issue issue = await GitHubErrors.TranslateAsync($"the issue {open}", () => new IssuesClient(open.Api).Get(open.At.Owner, open.At.Name, open.Number), cancellationToken);
        string? refusal = WhyNot(source.Trigger, wish, open, issue);
        if (refusal is null && wish.Trigger.StartsWith(CommentTrigger, StringComparison.Ordinal))
        {
            refusal = WhyNot(source.Trigger, wish, open, await FindCommentAsync(open, wish, cancellationToken));
        }

        return refusal is not null ? ReadTicket.Refused(refusal) : new ReadTicket(
            wish with { Ticket = wish.Ticket with { Author = issue.User is null ? null : source.Trigger.PersonOf(TicketHost.GitHub, issue.User.Login) } }, Refusal: null);
    }

    private static string? WhyNot(IntakeTrigger trigger, Wish wish, OpenIssue open, Issue issue) =>
        !issue.Url.EndsWith($"/repos/{open.At.FullName}/issues/{open.Number}", StringComparison.OrdinalIgnoreCase) ? $"{open} is at {issue.HtmlUrl} by now; ask for that."
        : issue.PullRequest is not null ? "A pull request is no ticket."
        : issue.State.Value == ItemState.Closed ? "The issue is closed."
        : !wish.Trigger.StartsWith(CommentTrigger, StringComparison.Ordinal) && !issue.Labels.Any(label => trigger.IsLabel(label.Name)) ? "The label is off again."
        : ShortText.Cut(issue.Title ?? string.Empty, TicketText.Longest) != wish.Ticket.Title || ShortText.Cut(issue.Body ?? string.Empty, TicketText.Longest + 1) != wish.Text
            ? "It was edited since a run was asked for; put the label on anew, or write the command again."
        : null;

    private static string? WhyNot(IntakeTrigger trigger, Wish wish, OpenIssue open, IssueComment? comment) =>
        comment is null || !comment.HtmlUrl.Contains($"/issues/{open.Number}#", StringComparison.Ordinal) ? "The comment that asked for a run is gone."
        : !trigger.IsCommand(comment.Body ?? string.Empty) ? "The comment that asked for a run was edited; write the command again."
        : !wish.AskedBy.Equals(comment.User?.Login, StringComparison.OrdinalIgnoreCase) ? "The comment that asked for a run is somebody else's."
        : trigger.RefusalOf(wish.AskedBy, comment.User.Type == AccountType.Bot, comment.AuthorAssociation.StringValue);

    /// <returns>Null if it isn't there any more.</returns>
    private static Task<IssueComment?> FindCommentAsync(OpenIssue open, Wish wish, CancellationToken cancellationToken)
    {
        long id = long.Parse(wish.Trigger[CommentTrigger.Length..], CultureInfo.InvariantCulture);
        return GitHubErrors.TranslateAsync($"the comment {id} on {open}", FindAsync, cancellationToken);

        async Task<IssueComment?> FindAsync()
        {
            try
            {
                return await new IssueCommentsClient(open.Api).Get(open.At.Owner, open.At.Name, id);
            }
            catch (NotFoundException)
            {
                return null;
            }
        }
    }
}
