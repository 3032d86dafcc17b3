using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>Who listens on the host, on every address and by every kind of socket, and notes whoever comes.</summary>
internal sealed class HostListeners : IDisposable
{
    private static readonly string[] Names = ["docker.sock", "bus", "agent.sock", "X0"];

    private readonly List<(Socket Socket, string Name)> _sockets = [];

    public HostListeners(string folder, string canary)
    {
        Folder = folder;
        AbstractName = $"escape-{canary.GetHashCode(StringComparison.Ordinal):x8}-{Guid.NewGuid():N}";
        Socket stream = Listening(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), new IPEndPoint(IPAddress.Any, 0), "a TCP port");
        Port = ((IPEndPoint)stream.LocalEndPoint!).Port;
        Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagrams.Bind(new IPEndPoint(IPAddress.Any, 0));
        DatagramPort = ((IPEndPoint)datagrams.LocalEndPoint!).Port;
        _sockets.Add((datagrams, "a UDP port"));
        foreach (string name in Names)
        {
            Listening(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(Path.Combine(folder, name)), name);
        }

        Listening(
            new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            new UnixDomainSocketEndPoint($"\0{AbstractName}"),
            "an abstract socket");
    }

    public string Folder { get; }

    public int Port { get; }

    public int DatagramPort { get; }

    public string AbstractName { get; }

    /// <summary>Under which the machine answers.</summary>
    public IReadOnlyList<string> Addresses { get; } =
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Where(address => address.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(address => address.Address.ToString()).Prepend("127.0.0.1").Distinct(),
    ];

    /// <summary>Which of them somebody came to; null if none.</summary>
    public string? Reached => _sockets.Where(listener => listener.Socket.Poll(0, SelectMode.SelectRead)).Select(listener => listener.Name).FirstOrDefault();

    public void Dispose() => _sockets.ForEach(listener => listener.Socket.Dispose());

    private Socket Listening(Socket socket, EndPoint address, string name)
    {
        socket.Bind(address);
        socket.Listen();
        _sockets.Add((socket, name));
        return socket;
    }
}
