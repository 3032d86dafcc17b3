using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Agent.Notifications;

/// <summary>
/// Sends what is due on one channel after the other. An attempt is stored before it is made, and its end after: whoever dies between them has
/// it made again, with the same key.
/// </summary>
public sealed class Delivery(
    INotificationStore store, INotificationSender sender, LetterWriter letters, Channels channels, Redactor redactor, TimeProvider time, ILogger<Delivery> logger)
{
    /// <summary>About two days.</summary>
    public const int MostAttempts = 100;

    /// <summary>For as long other postmen keep off: longer than a sender tries.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromMinutes(2);

    /// <summary>Of a digest's; more become a second message.</summary>
    private const int MostInMessage = 20;

    private const int MostOfARound = 100;

    private const int MostOfAFailure = 300;

    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(30);

    /// <summary>Channels that have failed in a row, and until when they are left alone: what waits for them must not use up its attempts at once.</summary>
    private readonly Dictionary<string, (int Failures, DateTimeOffset Until)> _resting = [];

    /// <summary>Sends what is due, on all channels at the same time: one that hangs holds up none of the others.</summary>
    public async Task DeliverAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> due = await store.ListDueChannelsAsync(cancellationToken);
        await Task.WhenAll(due.Where(name => !IsResting(name)).Select(name => DeliverAsync(name, cancellationToken)));
    }

    private async Task DeliverAsync(string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<Notification> due = await store.ListDueAsync(name, MostOfARound, cancellationToken);
        if (channels.Find(name) is not { } channel)
        {
            await store.EndAsync(due, NotificationState.Moot, $"There is no channel '{name}' any more.", cancellationToken);
            return;
        }

        foreach (Notification[] message in MessagesOf(channel, due))
        {
            if (channel.Hours.QuietUntil(message[0].Notice.Kind, time.GetUtcNow()) is { } until)
            {
                await store.PostponeAsync(message, until, null, cancellationToken);
            }
            else if (!await TrySendAsync(channel, message, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Those that were in a message stay in it; of the others those that were held back go together.</summary>
    private static IEnumerable<Notification[]> MessagesOf(Channel channel, IReadOnlyList<Notification> due) => due
        .GroupBy(one => (one.Recipient, Message: one.Message ?? (channel.Hours.Holds(one.Notice.Kind, one.Notice.At) ? string.Empty : one.Key)))
        .SelectMany(same => same.Chunk(MostInMessage));

    /// <returns>Whether the channel can be used further.</returns>
    private async Task<bool> TrySendAsync(Channel channel, Notification[] message, CancellationToken cancellationToken)
    {
        string key = message[0].Message ?? message[0].Key;
        if (!await store.ClaimAsync(message, key, time.GetUtcNow() + Claim, cancellationToken))
        {
            return true;
        }

        if (await letters.WriteAsync(key, message, cancellationToken) is not { } letter)
        {
            await store.EndAsync(message, NotificationState.Moot, "Somebody decided before.", cancellationToken);
            return true;
        }

        try
        {
            await sender.SendAsync(channel, letter, cancellationToken);
        }
        catch (SendException failure)
        {
            await FailAsync(channel, message, failure, cancellationToken);
            return failure.IsFinal;
        }

        lock (_resting)
        {
            _resting.Remove(channel.Name);
        }

        await store.EndAsync(message, NotificationState.Sent, null, cancellationToken);
        return true;
    }

    private async Task FailAsync(Channel channel, Notification[] message, SendException failure, CancellationToken cancellationToken)
    {
        string reason = ShortText.Cut(redactor.Redact(failure.Message), MostOfAFailure);
        int attempts = message.Max(one => one.Attempts) + 1;
        if (failure.IsFinal || attempts >= MostAttempts)
        {
            Log.GivenUp(logger, channel.Name, message[0].Id, attempts, reason);
            await store.EndAsync(message, NotificationState.Failed, reason, cancellationToken);
        }
        else
        {
            await store.PostponeAsync(message, time.GetUtcNow() + Longer(RestAfter(attempts), failure.RetryAfter), reason, cancellationToken);
        }

        if (!failure.IsFinal)
        {
            lock (_resting)
            {
                int failures = _resting.GetValueOrDefault(channel.Name).Failures + 1;
                _resting[channel.Name] = (failures, time.GetUtcNow() + Longer(RestAfter(failures), failure.RetryAfter));
            }

            Log.ChannelFailed(logger, channel.Name, reason);
        }
    }

    private bool IsResting(string channel)
    {
        lock (_resting)
        {
            return _resting.GetValueOrDefault(channel).Until > time.GetUtcNow();
        }
    }

    private static TimeSpan RestAfter(int failures)
    {
        TimeSpan rest = FirstRest * Math.Pow(2, Math.Min(failures - 1, 10));
        return rest < LongestRest ? rest : LongestRest;
    }

    /// <summary>A receiver may ask for more patience than ours, but not for ever.</summary>
    private static TimeSpan Longer(TimeSpan rest, TimeSpan? asked) => asked > rest ? (asked < LongestRest ? asked.Value : LongestRest) : rest;
}
