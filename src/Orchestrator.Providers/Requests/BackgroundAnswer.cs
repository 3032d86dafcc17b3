using System.ClientModel.Primitives;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// An answer that the endpoint works on by itself, whatever becomes of the connection that it was asked for over: it is asked for once,
/// and fetched by its id as often as it takes.
/// </summary>
internal sealed class BackgroundAnswer(BackgroundTerms terms, Transport transport, AskingOptions options, TimeProvider clock)
{
    /// <summary>After which wait whoever asked looks again, holding nothing meanwhile.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    /// <summary>Letters of an id; nobody's are longer. An answer with a longer one is listened to like any other.</summary>
    private const int LongestId = 200;

    private string? _id = terms.ResponseId;

    /// <summary>Asks for the answer, or takes up the one that is under way, and follows it for as long as an activity may be held.</summary>
    /// <param name="ask">Sends the request once, where nothing is under way.</param>
    public async Task<Attempt> FollowAsync(Func<Func<Action<PipelineResponseHeaders>, Listener>, Task<Attempt>> ask, CancellationToken cancellationToken)
    {
        using CancellationTokenSource enough = new(options.LongestFollowing, clock);
        if (_id is null)
        {
            Attempt asked = await ask(heard => new Listener(heard, KeepAsync, enough.Token));
            if (_id is null)
            {
                return asked is Attempt.Underway ? new Attempt.Failed(ProviderFailure.Overloaded, IsTransient: true, "no answer began") : asked;
            }

            if (asked is Attempt.Answered or Attempt.Failed { IsTransient: false })
            {
                return asked;
            }
        }

        Attempt last = await PollAsync(_id, enough.Token, cancellationToken);
        _id = last is Attempt.Underway ? _id : null;
        return last;
    }

    private async Task KeepAsync(string id, CancellationToken cancellationToken)
    {
        if (id.Length <= LongestId)
        {
            _id = id;
            await terms.Begun(id, cancellationToken);
        }
    }

    /// <summary>Looks again and again. An endpoint that can't be looked at may well be at work.</summary>
    private async Task<Attempt> PollAsync(string id, CancellationToken enough, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(enough, cancellationToken);
        TimeSpan wait = FirstLook;
        while (true)
        {
            Attempt seen = await transport.LookAsync(id, cancellationToken);
            if (seen is not (Attempt.Underway or Attempt.Failed { IsLookAlone: true, IsTransient: true }))
            {
                return seen;
            }

            try
            {
                await Task.Delay(wait, clock, stop.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new Attempt.Underway();
            }

            wait = wait * 1.5 < LongestLook ? wait * 1.5 : LongestLook;
        }
    }
}
