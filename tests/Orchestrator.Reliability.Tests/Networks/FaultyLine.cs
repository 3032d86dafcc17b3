using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Reliability.Tests.Networks;

/// <summary>A line to a hub that can stop carrying, one way or both, without anybody being told: what is said meanwhile is lost for good.</summary>
internal sealed class FaultyLine : IAsyncDisposable
{
    private readonly int _hubPort;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Connection> _connections = [];
    private readonly Task _accepting;

    public FaultyLine(int port, int hubPort)
    {
        _hubPort = hubPort;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What connections that are open now carry from here on; those made later carry everything.</summary>
    public void Swallow(bool toHub, bool toWorker)
    {
        lock (_connections)
        {
            foreach (Connection connection in _connections)
            {
                connection.SwallowsToHub |= toHub;
                connection.SwallowsToWorker |= toWorker;
            }
        }
    }

    /// <summary>While it is closed, nobody gets through who connects anew.</summary>
    public bool IsClosed { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        lock (_connections)
        {
            _connections.ForEach(connection => connection.Dispose());
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket worker = await _listener.AcceptSocketAsync(_stop.Token);
                if (IsClosed)
                {
                    worker.Dispose();
                    continue;
                }

                var connection = new Connection(worker);
                lock (_connections)
                {
                    _connections.Add(connection);
                }

                _ = connection.CarryAsync(_hubPort);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The line is taken down.
        }
    }

    private sealed class Connection(Socket worker) : IDisposable
    {
        private readonly Socket _hub = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public volatile bool SwallowsToHub;
        public volatile bool SwallowsToWorker;

        public async Task CarryAsync(int port)
        {
            worker.NoDelay = true;
            try
            {
                await _hub.ConnectAsync(IPAddress.Loopback, port);
                await Task.WhenAny(
                    CopyAsync(worker, _hub, () => SwallowsToHub), CopyAsync(_hub, worker, () => SwallowsToWorker));
            }
            catch (SocketException)
            {
                // The hub is away.
            }

            // An end that the line swallows is not heard on the other side either.
            if (!SwallowsToHub && !SwallowsToWorker)
            {
                Dispose();
            }
        }

        public void Dispose()
        {
            worker.Dispose();
            _hub.Dispose();
        }

        private static async Task CopyAsync(Socket from, Socket to, Func<bool> swallows)
        {
            byte[] buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var count)
                {
                    if (!swallows())
                    {
                        await to.SendAsync(buffer.AsMemory(0, count));
                    }
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // One side has gone.
            }
        }
    }
}
