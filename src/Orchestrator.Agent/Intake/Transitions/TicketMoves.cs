using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake.Transitions;

/// <summary>
/// Has tickets follow their runs, where their source names states. Each stage is seen to once: what people do with the ticket afterwards stays. Where a
/// move leads is stored before it is asked for, and the ticket is looked at before it is asked for again.
/// </summary>
public sealed class TicketMoves(
    IntakeSources sources, IEnumerable<ITicketMover> movers, ITicketTransitionStore store, ITicketStore tickets, TicketTries tries, TimeProvider time, ILogger<TicketMoves> logger)
{
    /// <summary>Moves what doesn't follow yet.</summary>
    public async Task MoveAsync(CancellationToken cancellationToken)
    {
        string[] moved = [.. sources.All.Where(source => source.States is not null && sources.FindMoveFault(source) is null).Select(source => source.Name)];
        foreach (string source in moved)
        {
            await MoveAsync(source, cancellationToken);
        }
    }

    /// <summary>Those of a source whose host is away wait for the next round.</summary>
    private async Task MoveAsync(string name, CancellationToken cancellationToken)
    {
        foreach (DueTransition due in await store.ListDueAsync(name, cancellationToken))
        {
            if (await tickets.FindAsync(due.RunId, cancellationToken) is { } ticket && sources.Find(ticket.Source) is { } source
                && await store.TakeAsync(due, time.GetUtcNow() + TicketTries.Lease, cancellationToken) is { } taken
                && await MoveAsync(new TicketPlace(source, ticket), taken, cancellationToken) is { IsAway: true })
            {
                return;
            }
        }
    }

    /// <returns>Null if the host was not asked, or nothing was in the way.</returns>
    private async Task<Setback?> MoveAsync(TicketPlace place, TicketTransition taken, CancellationToken cancellationToken)
    {
        if (place.Source.Host != place.Ticket.Host)
        {
            // The source is of another kind by now, and as good as gone for this ticket.
            await store.KeepAsync(taken, taken with { Attempts = 0 }, cancellationToken);
            return null;
        }

        TicketTransition known = taken;
        Setback? setback = await tries.TryAsync(FollowAsync, taken.Attempts, taken.DueAt, cancellationToken);
        TicketTransition done = known with { Stage = known.Aim, UnderWay = null, Attempts = 0, Failure = null, DueAt = time.GetUtcNow() };
        TicketTransition now = setback switch
        {
            null => done,
            { Until: null } => Refused(done, setback.Reason),
            { Until: { } until } => PutOff(known, done, setback.Reason, until),
        };
        await store.KeepAsync(taken, now, cancellationToken);
        return setback;

        async Task FollowAsync(CancellationToken over)
        {
            ITicketMover mover = movers.First(one => one.Host == place.Ticket.Host);
            if (await mover.PlanAsync(place, known.Aim, known.UnderWay, over) is not { } move)
            {
                return;
            }

            known = known with { UnderWay = move.To };
            if (!await store.KeepAsync(taken, known, over))
            {
                throw new IOException("Another process has taken it on.");
            }

            await move.MakeAsync(over);
        }
    }

    private TicketTransition Refused(TicketTransition done, string reason)
    {
        Log.Refused(logger, done.RunId, reason);
        return done with { Failure = reason };
    }

    private TicketTransition PutOff(TicketTransition taken, TicketTransition done, string reason, DateTimeOffset until)
    {
        if (taken.Attempts < TicketTries.Most)
        {
            Log.PutOff(logger, taken.RunId, reason);
            return taken with { Failure = reason, DueAt = until };
        }

        Log.GivenUp(logger, taken.RunId, taken.Attempts, reason);
        return done with { Failure = reason };
    }
}
