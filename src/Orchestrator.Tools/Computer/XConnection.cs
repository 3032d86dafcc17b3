using System.Buffers.Binary;
using System.Net.Sockets;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Computer;

/// <summary>
/// A client's connection to an X server. What is at the other end runs in the sandbox and need not be an X server at all: every length is
/// bounded and every wait ends.
/// </summary>
internal sealed class XConnection : IDisposable
{
    private const int HeadBytes = 32;
    private const int LongestReply = 64 << 20;
    private const byte IsError = 0;
    private const byte IsReply = 1;
    private const byte GenericEvent = 35;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly TimeProvider _time;

    private XConnection(Socket socket, TimeProvider time)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: false);
        _time = time;
    }

    /// <summary>What the server says of itself and its screens.</summary>
    public byte[] Setup { get; private set; } = [];

    /// <param name="socket">The server's socket, in a folder that the sandbox may write: what is no socket is not followed.</param>
    /// <exception cref="IOException">Nobody answers there, or it is no X server.</exception>
    public static async Task<XConnection> OpenAsync(string socket, TimeProvider time, CancellationToken cancellationToken)
    {
        // By descriptor: the path may be longer than a socket's name can be, and must not be a link to somebody else's.
        int fd = Libc.Open(socket, Libc.HandleOnly | Libc.NoFollow | Libc.CloseOnExec, 0);
        if (fd < 0)
        {
            throw new IOException($"There is no display at {socket}.");
        }

        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await client.ConnectAsync(new UnixDomainSocketEndPoint($"/proc/self/fd/{fd}"), cancellationToken);
            XConnection connection = new(client, time);
            await connection.GreetAsync(cancellationToken);
            return connection;
        }
        catch (Exception failure)
        {
            client.Dispose();
            if (failure is SocketException)
            {
                throw new IOException($"The display at {socket} doesn't answer: {failure.Message}", failure);
            }

            throw;
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>Sends a request that has no reply.</summary>
    public Task SendAsync(byte[] request, CancellationToken cancellationToken) => BoundedAsync<bool>(
        async token =>
        {
            await _stream.WriteAsync(request, token);
            return true;
        },
        cancellationToken);

    /// <summary>Sends a request and returns its reply, head included.</summary>
    /// <exception cref="IOException">The server refuses it, says something that is no reply, or nothing in time.</exception>
    public Task<byte[]> AskAsync(byte[] request, CancellationToken cancellationToken) => BoundedAsync<byte[]>(
        async token =>
        {
            await _stream.WriteAsync(request, token);
            while (true)
            {
                byte[] head = await ReadAsync(HeadBytes, token);
                long rest = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)) * 4L;
                switch (head[0])
                {
                    case IsError:
                        throw new IOException($"The display refuses request {request[0]} with error {head[1]}.");
                    case IsReply:
                        return [.. head, .. await ReadAsync(rest, token)];
                    case GenericEvent:
                        await ReadAsync(rest, token);
                        break;
                    default:
                        break; // An event; nobody here waits for one.
                }
            }
        },
        cancellationToken);

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task GreetAsync(CancellationToken cancellationToken) => Setup = await BoundedAsync(
        async token =>
        {
            // Little-endian, protocol 11.0, no authorisation.
            await _stream.WriteAsync((byte[])[(byte)'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0], token);
            byte[] head = await ReadAsync(8, token);
            byte[] body = await ReadAsync(BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(6)) * 4L, token);
            return head[0] == 1 ? body : throw new IOException("The display doesn't let this client in.");
        },
        cancellationToken);

    private async Task<byte[]> ReadAsync(long count, CancellationToken cancellationToken)
    {
        if (count > LongestReply)
        {
            throw new IOException($"The display wants to send {count} bytes at once, which no picture of a screen has.");
        }

        byte[] bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private async Task<T> BoundedAsync<T>(Func<CancellationToken, Task<T>> exchange, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(Patience, _time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await exchange(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The display has not answered for {Patience.TotalSeconds} s.");
        }
    }
}
