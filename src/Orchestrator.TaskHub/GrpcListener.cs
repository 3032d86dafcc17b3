using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Orchestrator.TaskHub;

/// <summary>Has a web application listen for gRPC: in the clear on loopback and on a socket of this user, beyond that with TLS only.</summary>
public static class GrpcListener
{
    /// <param name="host">The web application's.</param>
    /// <param name="server">Where, and for whom.</param>
    /// <param name="certificate">What it shows; null without TLS.</param>
    /// <exception cref="ArgumentException">The options contradict each other, or safety.</exception>
    public static void ListenForGrpc(this IWebHostBuilder host, HubServerOptions server, X509Certificate2? certificate)
    {
        host.UseKestrelCore().UseKestrelHttpsConfiguration();
        host.UseSockets(options => options.CreateBoundListenSocket = BindPrivately);
        host.ConfigureKestrel(options => Listen(options, server, certificate));
    }

    private static void Listen(KestrelServerOptions options, HubServerOptions server, X509Certificate2? certificate)
    {
        options.Limits.Http2.KeepAlivePingDelay = server.PeerSilence;
        options.Limits.Http2.KeepAlivePingTimeout = server.PeerSilence;
        options.Limits.MaxRequestBodySize = null;

        // Where hub or caller is busy, a request's bytes may lie about for seconds; pings say whether the peer is there.
        options.Limits.MinRequestBodyDataRate = null;
        if (server.SocketPath is { } path)
        {
            RemoveAbandoned(path);
            options.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http2);
        }
        else
        {
            options.Listen(server.EndPoint(), listen => Secure(listen, certificate));
        }
    }

    private static void Secure(ListenOptions listen, X509Certificate2? certificate)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (certificate is not null)
        {
            listen.UseHttps(certificate);
        }
    }

    // Between bind and listen nobody can connect: the socket is never open to others.
    private static Socket BindPrivately(System.Net.EndPoint endPoint)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        if (endPoint is UnixDomainSocketEndPoint && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(endPoint.ToString()!, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return socket;
    }

    // A hub that was killed leaves its socket file; one that lives answers.
    private static void RemoveAbandoned(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
        }
    }
}
