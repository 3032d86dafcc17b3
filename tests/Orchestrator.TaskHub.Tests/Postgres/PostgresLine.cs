using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Orchestrator.TaskHub.Tests.Postgres;

/// <summary>What happens to a connection at its next commit.</summary>
internal enum CommitFate
{
    Passes,

    /// <summary>The connection is cut before the server hears of it.</summary>
    NeverArrives,

    /// <summary>The server commits, and the connection is cut before it is told.</summary>
    IsNotConfirmed,
}

/// <summary>The wire between a hub and PostgreSQL, which a test can cut: for good, or just at a commit.</summary>
internal sealed class PostgresLine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly int _serverPort;
    private volatile bool _isCut;
    private volatile bool _isFrozen;

    public PostgresLine(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Asked at each commit that passes.</summary>
    public Func<CommitFate> Fate { get; set; } = () => CommitFate.Passes;

    /// <summary>Ends all connections and lets no other through.</summary>
    public void Cut()
    {
        _isCut = true;
        CutOnce();
    }

    /// <summary>Ends all connections; new ones pass.</summary>
    public void CutOnce()
    {
        foreach (TcpClient client in _open.Keys)
        {
            client.Close();
        }
    }

    /// <summary>Lets nothing pass any more, and nobody know: what a machine does that stops.</summary>
    public void Freeze() => _isFrozen = true;

    /// <summary>Lets new connections pass again.</summary>
    public void Thaw() => _isFrozen = false;

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient hub = await _listener.AcceptTcpClientAsync();
                _ = PassAsync(hub);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient hub)
    {
        using var server = new TcpClient();
        using (hub)
        {
            _open[hub] = true;
            _open[server] = true;
            try
            {
                if (!_isCut)
                {
                    await server.ConnectAsync(IPAddress.Loopback, _serverPort);
                    var isLast = new StrongBox<bool>();
                    await await Task.WhenAny(UpAsync(hub, server, isLast), DownAsync(server, hub, isLast));
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException or InvalidOperationException)
            {
                // The server is away, or the line was cut meanwhile.
            }

            _open.TryRemove(hub, out _);
            _open.TryRemove(server, out _);
        }
    }

    private async Task UpAsync(TcpClient hub, TcpClient server, StrongBox<bool> isLast)
    {
        var statements = new PostgresStatements();
        byte[] buffer = new byte[64 * 1024];
        while (await hub.GetStream().ReadAsync(buffer) is var length and > 0)
        {
            CommitFate fate = statements.HaveCommit(buffer.AsSpan(0, length)) ? Fate() : CommitFate.Passes;
            if (fate == CommitFate.NeverArrives)
            {
                return;
            }

            if (_isFrozen)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
            }

            isLast.Value = fate == CommitFate.IsNotConfirmed;
            await server.GetStream().WriteAsync(buffer.AsMemory(0, length));
        }
    }

    private async Task DownAsync(TcpClient server, TcpClient hub, StrongBox<bool> isLast)
    {
        byte[] buffer = new byte[64 * 1024];
        while (await server.GetStream().ReadAsync(buffer) is var length and > 0 && !isLast.Value)
        {
            if (_isFrozen)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
            }

            await hub.GetStream().WriteAsync(buffer.AsMemory(0, length));
        }
    }
}
