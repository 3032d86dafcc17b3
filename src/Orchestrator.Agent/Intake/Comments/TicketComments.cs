using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Failpoints;

namespace Orchestrator.Agent.Intake.Comments;

/// <summary>
/// Has each ticket whose source asks for it bear one comment that says how its run stands. What the comment is known by is stored before it is
/// made, and it is looked for before it is made again: whoever dies in between makes no second.
/// </summary>
public sealed class TicketComments(
    IntakeSources sources,
    IEnumerable<ITicketWriter> writers,
    ITicketCommentStore store,
    ITicketStore tickets,
    IRunStore runs,
    IApprovalStore approvals,
    ITicketTransitionStore transitions,
    Redactor redactor,
    TicketTries tries,
    IOptions<NotificationOptions> options,
    TimeProvider time,
    ILogger<TicketComments> logger)
{
    /// <summary>The host's clock may be another than ours.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    /// <summary>Tells what has happened since.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        string[] told = [.. sources.All.Where(source => source.StatusComment && sources.FindWriteFault(source) is null).Select(source => source.Name)];
        foreach (string source in told)
        {
            await TellAsync(source, cancellationToken);
        }
    }

    /// <summary>Those of a source whose host is away wait for the next round.</summary>
    private async Task TellAsync(string source, CancellationToken cancellationToken)
    {
        foreach (string run in await store.ListDueAsync(source, cancellationToken))
        {
            if (await store.TakeAsync(run, time.GetUtcNow() + TicketTries.Lease, cancellationToken) is { } taken
                && await TellAsync(taken, cancellationToken) is { IsAway: true })
            {
                return;
            }
        }
    }

    /// <summary>Events are read before the state that they led to: what comes in between is found in the next round.</summary>
    /// <returns>Null if the host was not asked, or nothing was in the way.</returns>
    private async Task<Setback?> TellAsync(TicketComment taken, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredRunEvent> events = await runs.ReadEventsAsync(taken.RunId, taken.Seen, cancellationToken);
        RunSummary? run = await runs.FindAsync(taken.RunId, cancellationToken);
        Ticket? ticket = await tickets.FindAsync(taken.RunId, cancellationToken);
        if (run is null || ticket is null || sources.Find(ticket.Source) is not { } source)
        {
            return null;
        }

        if (source.Host != ticket.Host)
        {
            // The source is of another kind by now, and as good as gone for this ticket.
            await store.KeepAsync(taken, taken with { Attempts = 0 }, cancellationToken);
            return null;
        }

        IReadOnlyList<Approval> asked = await approvals.ListOpenAsync(taken.RunId, cancellationToken);
        Uri? pullRequest = events.Select(one => PullRequestEvent.Find(one.Event)).LastOrDefault(url => url is not null) ?? taken.PullRequest;
        ITicketWriter writer = writers.First(one => one.Host == ticket.Host);
        string? unmoved = await transitions.FindFailureAsync(taken.RunId, cancellationToken);
        string text = redactor.Redact(writer.Render(TicketStatus.Of(run, asked, pullRequest, options.Value.PublicUrl, isUnmoved: unmoved is not null)));
        TicketComment wanted = taken with
        {
            Told = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            Seen = events.Count > 0 ? events[^1].Sequence : taken.Seen,
            PullRequest = pullRequest,
            Unmoved = unmoved,
            Attempts = 0,
            Failure = null,
            DueAt = time.GetUtcNow(),
        };
        (TicketComment now, Setback? setback) = wanted.Told == taken.Told ? (wanted, null) : await TryAsync(
            over => WriteAsync(writer, new TicketPlace(source, ticket), run.SubmittedAt - Skew, wanted, text, over), taken, wanted, cancellationToken);
        await store.KeepAsync(taken, now, cancellationToken);
        return setback;
    }

    private async Task<(TicketComment Now, Setback? Setback)> TryAsync(
        Func<CancellationToken, Task<TicketComment?>> write, TicketComment taken, TicketComment wanted, CancellationToken cancellationToken)
    {
        TicketComment? written = null;
        Setback? setback = await tries.TryAsync(async over => written = await write(over), taken.Attempts, taken.DueAt, cancellationToken);
        TicketComment now = setback switch
        {
            null => written ?? Remade(taken),
            { Until: null } => Refused(taken, setback.Reason),
            { Until: { } until } => PutOff(taken, wanted, setback.Reason, until),
        };
        return (now, setback);
    }

    /// <returns>Null if somebody has deleted the comment.</returns>
    private static async Task<TicketComment?> WriteAsync(
        ITicketWriter writer, TicketPlace place, DateTimeOffset since, TicketComment wanted, string text, CancellationToken cancellationToken)
    {
        string? known = wanted.Comment ?? await writer.FindAsync(place, wanted.Mark, since, cancellationToken);
        if (known is null)
        {
            string made = await writer.CreateAsync(place, wanted.Mark, text, cancellationToken);
            Failpoint.Hit("agent.ticket.commented");
            return wanted with { Comment = made };
        }

        return await writer.EditAsync(place, known, wanted.Mark, text, cancellationToken) ? wanted with { Comment = known } : null;
    }

    /// <summary>In the next round it is made again, under another nonce: what others may have copied from the old one isn't taken for it.</summary>
    private TicketComment Remade(TicketComment taken) => taken.IsRemade
        ? Refused(taken, "The comment was deleted twice; it is not made again.")
        : taken with { Comment = null, Told = null, Nonce = TicketComment.NewNonce(), IsRemade = true, Attempts = 0, DueAt = time.GetUtcNow() };

    private TicketComment Refused(TicketComment taken, string reason)
    {
        Log.Refused(logger, taken.RunId, reason);
        return taken with { Failure = reason, IsRefused = true };
    }

    private TicketComment PutOff(TicketComment taken, TicketComment wanted, string reason, DateTimeOffset until)
    {
        if (taken.Attempts < TicketTries.Most)
        {
            Log.PutOff(logger, taken.RunId, reason);
            return taken with { Told = null, Failure = reason, DueAt = until };
        }

        Log.GivenUp(logger, taken.RunId, taken.Attempts, reason);
        return taken with { Told = null, Failure = reason, Seen = wanted.Seen, PullRequest = wanted.PullRequest, Unmoved = wanted.Unmoved, Attempts = 0, DueAt = until };
    }
}
