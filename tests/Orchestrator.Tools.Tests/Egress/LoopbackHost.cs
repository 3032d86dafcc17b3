using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orchestrator.Tools.Tests.Egress;

/// <summary>A server on this machine that speaks HTTP, with and without TLS, and counts who came: what it doesn't see didn't get out.</summary>
internal sealed class LoopbackHost : IDisposable
{
    private const byte Handshake = 22;

    private static readonly X509Certificate2 Localhost = Certificate();

    private readonly TcpListener _listener;
    private readonly List<string> _heads = [];
    private int _visits;

    public LoopbackHost(IPAddress address, int port = 0)
    {
        _listener = new TcpListener(address, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Connections so far, of whatever kind.</summary>
    public int Visits => Volatile.Read(ref _visits);

    /// <summary>The heads of the requests so far.</summary>
    public IReadOnlyList<string> Heads
    {
        get
        {
            lock (_heads)
            {
                return [.. _heads];
            }
        }
    }

    /// <summary>Where <c>/away</c> sends its visitors.</summary>
    public string Away { get; set; } = string.Empty;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket visitor = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _visits);
                _ = ServeAsync(visitor);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket visitor)
    {
        try
        {
            using NetworkStream plain = new(visitor, ownsSocket: true);
            byte[] first = new byte[1];
            bool isTls = await visitor.ReceiveAsync(first, SocketFlags.Peek) == 1 && first[0] == Handshake;
            using Stream stream = isTls ? new SslStream(plain) : plain;
            if (stream is SslStream tls)
            {
                await tls.AuthenticateAsServerAsync(Localhost);
            }

            await AnswerAsync(stream);
            visitor.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is IOException or SocketException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
        {
            // The visitor went away.
        }
    }

    private async Task AnswerAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
        }

        lock (_heads)
        {
            _heads.Add(head.ToString());
        }

        string answer = head.ToString().Contains(" /away ", StringComparison.Ordinal)
            ? $"HTTP/1.1 302 Found\r\nLocation: {Away}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            : "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\npackage\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        await stream.FlushAsync();
    }

    private static X509Certificate2 Certificate()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
