using Orchestrator.Agent.Notifications;
using Orchestrator.Notifications.Hooks;
using Orchestrator.Notifications.Mails;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Orchestrator.Notifications;

/// <summary>Sends a letter by what its channel speaks; a line that stumbles is tried again within seconds, longer outages are for the outbox.</summary>
internal sealed class ChannelSender : INotificationSender
{
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(15);

    private readonly Channels _channels;
    private readonly MailSender _mails;
    private readonly HookSender _hooks;
    private readonly ResiliencePipeline _tries;

    public ChannelSender(Channels channels, MailSender mails, HookSender hooks, TimeProvider time)
    {
        _channels = channels;
        _mails = mails;
        _hooks = hooks;
        _tries = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                // A receiver that says when it wants to be asked again is not asked before.
                ShouldHandle = new PredicateBuilder().Handle<SendException>(failure => !failure.IsFinal && failure.RetryAfter is null).Handle<TimeoutRejectedException>(),
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                UseJitter = true,
            })
            .AddTimeout(LongestTry)
            .Build();
    }

    public async Task SendAsync(Channel channel, Letter letter, CancellationToken cancellationToken)
    {
        if (_channels.FaultOf(channel) is { } fault)
        {
            throw new SendException(fault);
        }

        try
        {
            await _tries.ExecuteAsync(
                async token => await (channel.Kind == ChannelKind.Email ? _mails.SendAsync(letter, token) : _hooks.SendAsync(channel, letter, token)),
                cancellationToken);
        }
        catch (TimeoutRejectedException failure)
        {
            throw new SendException($"Nothing was answered within {LongestTry.TotalSeconds:0} seconds.", inner: failure);
        }
    }
}
