using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Notifications;

/// <summary>Finds what is wrong with the settings before anybody is told anything.</summary>
internal sealed class NotificationOptionsValidator : IValidateOptions<NotificationOptions>
{
    private const string Section = NotificationOptions.Section;

    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        var faults = new List<string>();
        for (int index = 0; index < options.Channels.Count; index++)
        {
            ChannelReading.Read(options.Channels[index], $"{Section}:Channels:{index}", faults);
        }

        faults.AddRange(options.Channels.GroupBy(channel => channel.Name).Where(same => same.Count() > 1)
            .Select(same => $"{Section}:Channels in settings.json: two are called '{same.Key}'; give each its own name."));
        faults.AddRange(options.Addresses.Where(address => !ChannelReading.IsAddress(address.Value))
            .Select(address => $"{Section}:Addresses:{address.Key} in settings.json: '{address.Value}' is no mail address, as in anna@example.com."));
        faults.AddRange(options.PrivateHosts.Select(host => (Host: host, Fault: HostPattern.FaultOf(host))).Where(host => host.Fault is not null)
            .Select(host => $"{Section}:PrivateHosts in settings.json: '{host.Host}' {host.Fault}."));
        faults.AddRange(MailFaults(options));
        if (options.PublicUrl is { } url && !(url.IsAbsoluteUri && url.Scheme is "http" or "https"))
        {
            faults.Add($"Server:PublicUrl in settings.json: '{url}' must be an address as in https://orchestrator.example.");
        }

        if (options.Detail is not ("none" or "line" or "full"))
        {
            faults.Add($"{Section}:Detail in settings.json: '{options.Detail}' is none of none, line, full.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> MailFaults(NotificationOptions options)
    {
        if (options.Mail is not { } mail)
        {
            if (options.Channels.Any(channel => channel.Kind == "email"))
            {
                yield return $"{Section}:Mail in settings.json is missing: a channel of the kind email needs Host and From.";
            }

            yield break;
        }

        if (Uri.CheckHostName(mail.Host) == UriHostNameType.Unknown)
        {
            yield return $"{Section}:Mail:Host in settings.json: '{mail.Host}' is no host.";
        }

        if (mail.Port is <= 0 or > ushort.MaxValue)
        {
            yield return $"{Section}:Mail:Port in settings.json: {mail.Port} is no port.";
        }

        if (!ChannelReading.IsAddress(mail.From))
        {
            yield return $"{Section}:Mail:From in settings.json: '{mail.From}' is no mail address, as in orchestrator@example.com.";
        }

        if (mail.Security is not ("startTls" or "tls" or "none"))
        {
            yield return $"{Section}:Mail:Security in settings.json: '{mail.Security}' is none of startTls, tls, none.";
        }
        else if (mail.Security == "none" && mail.Host is not ("localhost" or "127.0.0.1" or "::1"))
        {
            yield return $"{Section}:Mail:Security in settings.json: none is for a server on this machine; others would show mail and password to whoever is between.";
        }

        if ((mail.User is null) != (mail.PasswordEnv is null) || (mail.PasswordEnv is not null && !SecretVariables.IsName(mail.PasswordEnv)))
        {
            yield return $"{Section}:Mail:User and PasswordEnv in settings.json belong together; the latter is the name of an environment variable.";
        }
    }
}
