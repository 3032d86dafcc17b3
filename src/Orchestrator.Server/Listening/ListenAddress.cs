using System.Net;

namespace Orchestrator.Server.Listening;

/// <summary>An address that the server listens on.</summary>
/// <param name="EndPoint">Where.</param>
/// <param name="IsSecure">With TLS.</param>
public sealed record ListenAddress(IPEndPoint EndPoint, bool IsSecure)
{
    /// <summary>Nobody but processes of this machine can reach it.</summary>
    public bool IsLocal => IPAddress.IsLoopback(EndPoint.Address);

    public string Scheme => IsSecure ? "https" : "http";

    /// <summary>Reads addresses as in <c>http://127.0.0.1:4080;https://0.0.0.0:8443</c>.</summary>
    /// <exception cref="FormatException">One of them can't be read; the message says which.</exception>
    public static IReadOnlyList<ListenAddress> ReadAll(string urls)
    {
        string[] parts = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length == 0 ? throw new FormatException("no address is named; say one as in http://127.0.0.1:4080.") : [.. parts.Select(Read)];
    }

    private static ListenAddress Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/" || url.UserInfo.Length > 0)
        {
            throw new FormatException($"'{text}' is no address to listen on; say one as in http://127.0.0.1:4080.");
        }

        IPAddress? address = url.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? parsed) ? parsed : null;
        return address is null
            ? throw new FormatException($"'{url.Host}' is no address of this machine; say an IP address, 0.0.0.0 for all of them, or localhost.")
            : new ListenAddress(new IPEndPoint(address, url.Port), url.Scheme == "https");
    }
}
