using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Supervisor.Egress;

/// <summary>
/// A command's way to the network: a proxy of HTTP on a socket in the command's folder, which is shown in its sandbox and nowhere else. It
/// lives in the command's supervisor and ends with it, so that having the socket is all the right that is needed, and all that there is.
/// </summary>
internal sealed class EgressProxy : IDisposable
{
    private const int MostConnections = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly EgressGate _gate;
    private readonly EgressLog _log;
    private readonly TimeProvider _time;
    private readonly Func<Socket, CancellationToken, ValueTask<Socket>> _accept;
    private readonly Socket _listener;
    private readonly SemaphoreSlim _room = new(MostConnections);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<EgressConnection, byte> _open = [];

    public EgressProxy(
        IReadOnlyList<EgressRule> rules,
        string socket,
        string log,
        TimeProvider time,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        Func<Socket, CancellationToken, ValueTask<Socket>>? accept = null)
    {
        _accept = accept ?? ((listener, cancellationToken) => listener.AcceptAsync(cancellationToken));
        _gate = new EgressGate(rules, resolve ?? Dns.GetHostAddressesAsync, time);
        _log = new EgressLog(log, time);
        _time = time;
        _listener = Listen(socket);
        _ = AcceptAsync();
    }

    /// <summary>Ends every connection; what they carried is in the log then.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _listener.Dispose();
        foreach (EgressConnection connection in _open.Keys)
        {
            connection.Close();
        }

        _log.Dispose();
    }

    // By its name within the folder: a whole path may be longer than an address of a socket.
    private static Socket Listen(string path)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Path.GetDirectoryName(path)!;
        try
        {
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(Path.GetFileName(path)));
            listener.Listen(MostConnections);
            return listener;
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_ended.IsCancellationRequested)
            {
                await _room.WaitAsync(_ended.Token);
                if (await AcceptOneAsync() is { } client)
                {
                    _ = ServeAsync(client);
                }
                else
                {
                    _room.Release();
                    await Task.Delay(Pause, _time, _ended.Token);
                }
            }
        }
        catch (Exception failure) when (_ended.IsCancellationRequested && failure is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The command has ended.
        }
    }

    /// <returns>Null if none can be taken now: the machine may be out of descriptors, or of memory, for a while.</returns>
    private async Task<Socket?> AcceptOneAsync()
    {
        try
        {
            return await _accept(_listener, _ended.Token);
        }
        catch (SocketException failure) when (!_ended.IsCancellationRequested)
        {
            _log.Failed($"a connection could not be taken: {failure.Message}");
            return null;
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using EgressConnection connection = new(client, _gate, _log, _time);
        _open[connection] = 0;
        try
        {
            await connection.ServeAsync(_ended.Token);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, took too long, or the command has ended.
        }
        finally
        {
            connection.Close();
            _open.TryRemove(connection, out _);
            _room.Release();
        }
    }
}
