using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.TaskHub.Tests.Postgres;

/// <summary>One of the hub servers on a database, with a wire of its own to it.</summary>
internal sealed class SharedHub : IAsyncDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly string _database;
    private readonly TimeSpan _lease;
    private readonly HubServerOptions _options;

    private SharedHub(PostgresCluster cluster, string database, TimeSpan lease, HubServerOptions options)
    {
        _cluster = cluster;
        _database = database;
        _lease = lease;
        _options = options;
        Line = new PostgresLine(cluster.Port);
    }

    public string Address => _options.OwnAddress();

    public PostgresLine Line { get; private set; }

    public HubServer? Server { get; private set; }

    /// <summary>It works; otherwise it stands by, or is on its way to either.</summary>
    public bool IsOwner => Server is { Hub.IsOwner: true };

    public static async Task<SharedHub> StartAsync(
        PostgresCluster cluster, string database, TimeSpan lease, Action<HubServerOptions>? configure = null)
    {
        var options = new HubServerOptions { Listen = $"127.0.0.1:{FreePort()}" };
        configure?.Invoke(options);
        var hub = new SharedHub(cluster, database, lease, options);
        await hub.StartAsync();
        return hub;
    }

    public async Task StartAsync() => Server = await HubServer.StartAsync(
        _options,
        hub => hub.Postgres = new PostgresHubOptions
        {
            ConnectionString = _cluster.ConnectionString(_database, Line.Port),
            Advertise = Address,
            Lease = _lease,
        },
        logging => logging.ClearProviders(),
        TimeProvider.System,
        CancellationToken.None);

    public async Task StopAsync()
    {
        if (Server is { } server)
        {
            Server = null;
            await server.DisposeAsync();
        }
    }

    /// <summary>Its machine is gone from one moment to the next; another takes its address.</summary>
    public async Task DieAndReturnAsync()
    {
        Line.Cut();
        await StopAsync();
        Line = new PostgresLine(_cluster.Port);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Line.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
