using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.Agent.Notifications;

/// <summary>Has what channels keep secret struck out of texts.</summary>
internal sealed class ChannelSecrets(IOptions<NotificationOptions> options, SecretVariables variables) : ISecretSource
{
    public IEnumerable<RegisteredSecret> Read() =>
        variables.Registered(options.Value.Channels.SelectMany(channel => new[] { channel.UrlEnv, channel.SecretEnv }).Append(options.Value.Mail?.PasswordEnv));
}
