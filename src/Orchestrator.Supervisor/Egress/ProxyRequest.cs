using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Orchestrator.Supervisor.Egress;

/// <summary>What a client asks a proxy for: a tunnel to a host, or one plain request to it.</summary>
/// <param name="Host">As the client wrote it.</param>
/// <param name="Port">The port.</param>
/// <param name="Head">What the host is sent first; null for a tunnel.</param>
internal sealed record ProxyRequest(string Host, int Port, byte[]? Head)
{
    private const int HttpPort = 80;

    /// <summary>Headers that are between a client and its proxy, and the one that names the host: that is said anew.</summary>
    private static readonly string[] NotPassedOn =
        ["host", "connection", "proxy-connection", "proxy-authorization", "proxy-authenticate", "keep-alive", "te", "trailer", "upgrade"];

    public bool IsTunnel => Head is null;

    /// <param name="head">The request line and the headers, up to the empty line.</param>
    public static bool TryParse(string head, [NotNullWhen(true)] out ProxyRequest? request, [NotNullWhen(false)] out string? fault)
    {
        request = null;
        string[] lines = head.Split("\r\n");
        string[] words = lines[0].Split(' ');
        if (words is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"] || method.Length == 0 || !method.All(char.IsAsciiLetter)
            || lines.Any(line => line.AsSpan().ContainsAny('\r', '\n', '\0')))
        {
            fault = "this is no request to a proxy of HTTP";
            return false;
        }

        if (method == "CONNECT")
        {
            fault = TryAuthority(target, defaultPort: null, out string? host, out int port) ? null : $"'{target}' is not of the form HOST:PORT";
            request = fault is null ? new ProxyRequest(host!, port, null) : null;
            return fault is null;
        }

        return TryPlain(method, target, lines, out request, out fault);
    }

    private static bool TryPlain(
        string method, string target, string[] lines, [NotNullWhen(true)] out ProxyRequest? request, [NotNullWhen(false)] out string? fault)
    {
        const string scheme = "http://";
        request = null;
        string rest = target.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? target[scheme.Length..] : string.Empty;
        int end = rest.AsSpan().IndexOfAny("/?#\\");
        string authority = end < 0 ? rest : rest[..end];
        if (!TryAuthority(authority, HttpPort, out string? host, out int port))
        {
            fault = $"'{target}' is not of the form http://HOST/PATH";
            return false;
        }

        string path = end < 0 ? "/" : rest[end] == '/' ? rest[end..] : "/" + rest[end..];
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
        foreach (string line in lines.Skip(1).Where(line => line.Length > 0))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line[..colon].AsSpan().ContainsAny(" \t"))
            {
                fault = "a header is malformed";
                return false;
            }

            if (!NotPassedOn.Contains(line[..colon].ToLowerInvariant()))
            {
                text.Append(line).Append("\r\n");
            }
        }

        fault = null;
        request = new ProxyRequest(host, port, Encoding.Latin1.GetBytes(text.Append("\r\n").ToString()));
        return true;
    }

    private static bool TryAuthority(string authority, int? defaultPort, [NotNullWhen(true)] out string? host, out int port)
    {
        // What is in brackets holds colons of its own; a name behind it is told from an address later.
        int colon = authority.LastIndexOf(':');
        bool hasPort = colon > authority.LastIndexOf(']');
        host = hasPort ? authority[..colon] : authority;
        port = defaultPort ?? 0;
        bool isPort = !hasPort || int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port);
        return isPort && host.Length > 0 && port is > 0 and <= ushort.MaxValue;
    }
}
