using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Supervisor.Egress;

/// <summary>One client of the proxy: what it asks for, whether it may have it, and the bytes either way.</summary>
internal sealed class EgressConnection(Socket client, EgressGate gate, EgressLog log, TimeProvider time) : IDisposable
{
    private const int MostHeadBytes = 32 * 1024;
    private const int BytesAPiece = 32 * 1024;
    private const int MostBytesAfterAnswer = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private Socket? _host;
    private string _name = string.Empty;
    private int _port;
    private long _sent;
    private long _received;
    private bool _isClosed;

    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        if (await ReadHeadAsync(stop.Token) is not var (head, rest))
        {
            await RefuseAsync(HttpStatusCode.RequestHeaderFieldsTooLarge, "the request's head is too long", stop.Token);
            return;
        }

        if (!ProxyRequest.TryParse(head, out ProxyRequest? request, out string? fault))
        {
            await RefuseAsync(HttpStatusCode.BadRequest, fault, stop.Token);
            return;
        }

        (_name, _port) = (request.Host, request.Port);
        switch (await gate.JudgeAsync(request.Host, request.Port, stop.Token))
        {
            case EgressRuling.Refused refused:
                await RefuseAsync(HttpStatusCode.Forbidden, refused.Reason, stop.Token);
                break;
            case EgressRuling.Unresolved:
                await RefuseAsync(HttpStatusCode.BadGateway, "its address could not be found", stop.Token);
                break;
            case EgressRuling.Allowed allowed:
                _name = allowed.Host;
                patience.CancelAfter(Patience);
                await ConnectAsync(request, allowed, rest, stop.Token, cancellationToken);
                break;
        }
    }

    /// <summary>Ends it, once, and notes what it carried.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            if (_host is not null)
            {
                log.Closed(_name, _port, Volatile.Read(ref _sent), Volatile.Read(ref _received));
            }
        }

        client.Dispose();
        _host?.Dispose();
    }

    public void Dispose() => Close();

    /// <summary>A tunnel is for TLS with that very host: the name in its hello must be the one that was asked for, before anybody is connected to.</summary>
    private async Task ConnectAsync(ProxyRequest request, EgressRuling.Allowed allowed, byte[] rest, CancellationToken impatient, CancellationToken ended)
    {
        byte[]? first = request.Head is { } head ? [.. head, .. rest] : null;
        if (first is null)
        {
            await SendAsync(client, "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), impatient);
            if (await ReadHelloAsync(allowed.Host, rest, impatient) is not { } hello)
            {
                return;
            }

            first = hello;
        }

        if (await ReachAsync(allowed.Addresses, request.Port, impatient) is not { } host)
        {
            log.Refused(allowed.Host, request.Port, "it could not be connected to");
            if (!request.IsTunnel)
            {
                await AnswerAsync(HttpStatusCode.BadGateway, "it could not be connected to", impatient);
            }

            return;
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _host = host;
            log.Opened(allowed.Host, request.Port);
        }

        await SendAsync(host, first, impatient);
        _sent += first.Length;
        using CancellationTokenSource silence = new(LongestSilence, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ended, silence.Token);
        await Task.WhenAll(
            PumpAsync(client, host, count => Interlocked.Add(ref _sent, count), silence, stop),
            PumpAsync(host, client, count => Interlocked.Add(ref _received, count), silence, stop));
    }

    private async Task<byte[]?> ReadHelloAsync(string host, byte[] rest, CancellationToken cancellationToken)
    {
        byte[] hello = new byte[ClientHello.MostBytes];
        rest.CopyTo(hello, 0);
        int length = rest.Length;
        string? fault = null;
        while (fault is null)
        {
            try
            {
                if (ClientHello.ReadServerName(hello.AsSpan(0, length)) is { } name)
                {
                    if (HostName.TryNormalize(name, out string? meant, out _) && meant == host)
                    {
                        return hello[..length];
                    }

                    fault = name.Length == 0 ? "the connection names no host (SNI)" : $"the connection names another host (SNI): {name}";
                }
                else if (length == hello.Length)
                {
                    fault = "the hello of TLS is too long";
                }
                else if (await client.ReceiveAsync(hello.AsMemory(length), SocketFlags.None, cancellationToken) is > 0 and int count)
                {
                    length += count;
                }
                else
                {
                    return null;
                }
            }
            catch (InvalidDataException)
            {
                fault = "what goes through a tunnel must be TLS";
            }
        }

        log.Refused(host, _port, fault);
        return null;
    }

    private static async Task<Socket?> ReachAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        foreach (IPAddress address in addresses)
        {
            Socket host = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await host.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return host;
            }
            catch (SocketException)
            {
                host.Dispose();
            }
            catch
            {
                host.Dispose();
                throw;
            }
        }

        return null;
    }

    private async Task<(string Head, byte[] Behind)?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[MostHeadBytes];
        int length = 0;
        while (length < bytes.Length)
        {
            int count = await client.ReceiveAsync(bytes.AsMemory(length), SocketFlags.None, cancellationToken);
            if (count == 0)
            {
                throw new IOException("The client went away before it had asked for anything.");
            }

            length += count;
            int end = bytes.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return (Encoding.Latin1.GetString(bytes.AsSpan(0, end)), bytes[(end + 4)..length]);
            }
        }

        return null;
    }

    private async Task RefuseAsync(HttpStatusCode status, string reason, CancellationToken cancellationToken)
    {
        log.Refused(_name, _port, reason);
        await AnswerAsync(status, reason, cancellationToken);
    }

    private async Task AnswerAsync(HttpStatusCode status, string reason, CancellationToken cancellationToken)
    {
        // Both are text of the client's in part, and a line of a head.
        string text = new([.. $"{_name}:{_port} refused: {reason}".Select(character => char.IsControl(character) || character > '~' ? '?' : character)]);
        string answer = $"HTTP/1.1 {(int)status} {text}\r\nContent-Type: text/plain\r\nContent-Length: {text.Length + 1}\r\nConnection: close\r\n\r\n{text}\n";
        await SendAsync(client, Encoding.Latin1.GetBytes(answer), cancellationToken);
        client.Shutdown(SocketShutdown.Send);

        // Taken, and thrown away: to close on what a client still sends would take the answer from it.
        byte[] piece = new byte[BytesAPiece];
        for (long taken = 0; taken < MostBytesAfterAnswer && await client.ReceiveAsync(piece, SocketFlags.None, cancellationToken) is > 0 and int count; taken += count)
        {
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Action<int> carried, CancellationTokenSource silence, CancellationTokenSource stop)
    {
        byte[] piece = new byte[BytesAPiece];
        try
        {
            while (await from.ReceiveAsync(piece, SocketFlags.None, stop.Token) is > 0 and int count)
            {
                silence.CancelAfter(LongestSilence);
                await SendAsync(to, piece.AsMemory(0, count), stop.Token);
                carried(count);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // One end is gone: nobody waits for what the other still has.
            await stop.CancelAsync();
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }
}
