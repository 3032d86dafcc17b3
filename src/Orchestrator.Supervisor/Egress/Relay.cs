using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Supervisor.Egress;

/// <summary>
/// Runs beside a command, within its sandbox: listens where programs look for a proxy, and hands on to the socket that leads out. It
/// decides nothing; whoever is inside could speak to the socket itself.
/// </summary>
internal static class Relay
{
    private const int BytesAPiece = 32 * 1024;

    /// <summary>Never returns; the sandbox ends it.</summary>
    public static async Task RunAsync(string port, string socket)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
        listener.Listen();
        Console.WriteLine("ready");   // the command waits for this line
        while (true)
        {
            _ = HandOnAsync(await listener.AcceptAsync(), socket);
        }
    }

    private static async Task HandOnAsync(Socket client, string path)
    {
        using Socket accepted = client;
        using Socket outside = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await outside.ConnectAsync(new UnixDomainSocketEndPoint(path));
            await Task.WhenAll(PumpAsync(accepted, outside), PumpAsync(outside, accepted));
        }
        catch (SocketException)
        {
            // One end is gone; the other is let go of with it.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        byte[] piece = new byte[BytesAPiece];
        try
        {
            while (await from.ReceiveAsync(piece) is > 0 and int count)
            {
                ReadOnlyMemory<byte> left = piece.AsMemory(0, count);
                while (!left.IsEmpty)
                {
                    left = left[await to.SendAsync(left)..];
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            from.Dispose();
            to.Dispose();
            throw;
        }
    }
}
