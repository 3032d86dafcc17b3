using System.Net;

namespace Orchestrator.Agent.Notifications;

/// <summary>Where hooks may lie.</summary>
public static class WebTarget
{
    /// <summary>What is wrong with a hook's address, as the end of a sentence which never shows it; null if nothing is.</summary>
    public static string? FaultOf(string address, NotificationOptions options)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            return "holds no address that begins with https://.";
        }

        if (url.UserInfo.Length > 0)
        {
            return "holds an address with a name or a password before the host; a hook has none.";
        }

        bool isOwn = options.AllowLoopback && IsLoopback(url);
        return url.Scheme == Uri.UriSchemeHttps || isOwn
            ? null
            : $"holds an address that begins with http://; it must be https{(IsLoopback(url) ? $", unless {NotificationOptions.Section}:AllowLoopback is set" : string.Empty)}.";
    }

    private static bool IsLoopback(Uri url) => url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
