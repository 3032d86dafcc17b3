using System.CommandLine;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.TaskHub;

namespace Orchestrator.Benchmarks.Durable.Hubs;

/// <summary>A hub on an empty database, with the processes that are measured when it is.</summary>
internal sealed class MeasuredHub : IAsyncDisposable
{
    private readonly IAsyncDisposable _hub;

    private MeasuredHub(HubProcess hub)
    {
        _hub = hub;
        Invoker = hub.Invoker;
        Processes = [Environment.ProcessId, hub.Id];
    }

    private MeasuredHub(Hub hub)
    {
        _hub = hub;
        Invoker = hub.Invoker;
        Processes = [Environment.ProcessId];
    }

    public CallInvoker Invoker { get; }

    /// <summary>This process, and the hub's if it has one of its own.</summary>
    public IReadOnlyList<int> Processes { get; }

    public static Option<HubPlace> Option() => new("--hub")
    {
        Description = "In this process, called without sockets, or in a process of its own over gRPC. [default: embedded]",
        HelpName = "embedded|process",
    };

    /// <param name="folder">Where its database goes.</param>
    public static async Task<MeasuredHub> StartAsync(HubPlace place, string folder, CancellationToken cancellationToken)
    {
        string database = Path.Combine(folder, "hub.db");
        if (place == HubPlace.Process)
        {
            return new MeasuredHub(await HubProcess.StartAsync(database, port: 0, cancellationToken));
        }

        var hub = new Hub(Options.Create(new TaskHubOptions { DatabasePath = database }), Options.Create(new NamedHubOptions()), TimeProvider.System, NullLogger<Hub>.Instance);
        await hub.StartAsync(cancellationToken);
        return new MeasuredHub(hub);
    }

    /// <summary>Has every process give memory back that it doesn't need.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        Garbage.Collect();
        if (_hub is HubProcess process)
        {
            await process.CollectAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}
