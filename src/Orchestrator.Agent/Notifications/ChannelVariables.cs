using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.Agent.Notifications;

/// <summary>The environment variables that channels name: addresses of hooks, keys and passwords, which stand in no file and no text.</summary>
/// <param name="read">Reads a variable.</param>
public sealed class ChannelVariables(Func<string, string?> read)
{
    /// <returns>Null if it is not set, or empty.</returns>
    public string? Find(string name) => read(name)?.Trim() is { Length: > 0 } value ? value : null;
}

/// <summary>Has what channels keep secret struck out of texts.</summary>
internal sealed class ChannelSecrets(IOptions<NotificationOptions> options, ChannelVariables variables) : ISecretSource
{
    public IEnumerable<RegisteredSecret> Read() =>
        from name in options.Value.Channels.SelectMany(channel => new[] { channel.UrlEnv, channel.SecretEnv }).Append(options.Value.Mail?.PasswordEnv).OfType<string>().Distinct()
        let value = variables.Find(name)
        where value is not null
        select new RegisteredSecret(name, value);
}
