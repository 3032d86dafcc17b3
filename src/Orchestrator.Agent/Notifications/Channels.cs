using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.Agent.Notifications;

/// <summary>The ways to people that this deployment has, and what of them is usable in this process.</summary>
public sealed class Channels(IOptions<NotificationOptions> options, SecretVariables variables)
{
    /// <summary>Shorter keys could be guessed from what they have signed.</summary>
    private const int LeastKey = 16;

    private readonly NotificationOptions _options = options.Value;

    public IReadOnlyList<Channel> All { get; } = [.. options.Value.Channels.Select(channel => ChannelReading.Read(channel, NotificationOptions.Section, []))];

    public Channel? Find(string name) => All.FirstOrDefault(channel => channel.Name == name);

    /// <returns>What keeps a channel from being used here, as a sentence; null if nothing is known to.</returns>
    public string? FaultOf(Channel channel)
    {
        string?[] needed = channel.Kind == ChannelKind.Email ? [_options.Mail?.PasswordEnv] : [channel.UrlVariable, channel.SecretVariable];
        if (needed.FirstOrDefault(name => name is not null && variables.Find(name) is null) is { } missing)
        {
            return $"The environment variable {missing} is not set.";
        }

        if (channel.UrlVariable is { } url && WebTarget.FaultOf(variables.Find(url)!, _options) is { } fault)
        {
            return $"{url} {fault}";
        }

        return channel.SecretVariable is { } secret && variables.Find(secret)!.Length < LeastKey ? $"{secret} must have at least {LeastKey} characters." : null;
    }
}
