using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.TaskHub;

namespace Orchestrator.Benchmarks.Durable;

/// <summary>A hub on an empty database, with the processes that are measured when it is.</summary>
internal sealed class MeasuredHub : IAsyncDisposable
{
    private readonly IAsyncDisposable _hub;

    private MeasuredHub(IAsyncDisposable hub, CallInvoker invoker, IReadOnlyList<int> processes)
    {
        _hub = hub;
        Invoker = invoker;
        Processes = processes;
    }

    public CallInvoker Invoker { get; }

    /// <summary>This process, and the hub's if it has one of its own.</summary>
    public IReadOnlyList<int> Processes { get; }

    public static async Task<MeasuredHub> StartAsync(HubPlace place, string folder, CancellationToken cancellationToken)
    {
        string database = Path.Combine(folder, "hub.db");
        if (place == HubPlace.Process)
        {
            HubProcess process = await HubProcess.StartAsync(database, port: 0, cancellationToken);
            return new MeasuredHub(process, process.Invoker, [Environment.ProcessId, process.Id]);
        }

        var hub = new Hub(Options.Create(new TaskHubOptions { DatabasePath = database }), TimeProvider.System, NullLogger<Hub>.Instance);
        await hub.StartAsync(cancellationToken);
        return new MeasuredHub(hub, hub.Invoker, [Environment.ProcessId]);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}
