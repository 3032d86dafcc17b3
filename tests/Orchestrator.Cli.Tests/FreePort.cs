using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Cli.Tests;

/// <summary>A port of loopback for a process that must be found there again.</summary>
internal static class FreePort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
