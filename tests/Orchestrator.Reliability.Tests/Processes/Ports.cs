using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Reliability.Tests.Processes;

/// <summary>
/// Ports for servers that come back to the same one after they were killed: below those that the system gives to clients, so
/// that nobody takes them meanwhile.
/// </summary>
internal static class Ports
{
    private const int First = 12_000;
    private const int Last = 30_000;

    private static int _next = First + (Environment.ProcessId * 37 % (Last - First));

    public static int Free()
    {
        while (true)
        {
            int port = First + (Interlocked.Increment(ref _next) % (Last - First));
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
