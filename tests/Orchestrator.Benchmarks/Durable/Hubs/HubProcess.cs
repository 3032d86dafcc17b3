using System.CommandLine;
using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.TaskHub;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Benchmarks.Durable.Hubs;

/// <summary>A hub in a process of its own, reached over gRPC on loopback.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private const string Verb = "hub";

    private readonly ChildProcess _process;
    private readonly GrpcChannel _channel;

    private HubProcess(ChildProcess process, string address)
    {
        _process = process;
        Address = new Uri(address);
        _channel = GrpcChannel.ForAddress(address);
        Invoker = _channel.CreateCallInvoker();
    }

    public Uri Address { get; }

    public CallInvoker Invoker { get; }

    public int Id => _process.Id;

    /// <param name="port">Where it listens on loopback; 0 for any free one.</param>
    public static async Task<HubProcess> StartAsync(string database, int port, CancellationToken cancellationToken)
    {
        (ChildProcess process, string address) =
            await ChildProcess.StartAsync(Workloads.Executable, [Verb, "--database", database, "--port", $"{port}"], cancellationToken);
        return new HubProcess(process, address);
    }

    /// <summary>What the process runs: it says its address, serves, and gives memory back for each line that it is told.</summary>
    public static Command CreateVerb()
    {
        var database = new Option<string>("--database") { Required = true };
        var port = new Option<int>("--port");
        var command = new Command(Verb) { database, port };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using HubServer hub = await HubServer.StartAsync(
                new HubServerOptions { Listen = $"127.0.0.1:{parsed.GetValue(port)}" },
                options => options.DatabasePath = parsed.GetValue(database)!,
                _ => { },
                TimeProvider.System,
                cancellationToken);
            Console.WriteLine(hub.Address);
            while (await Console.In.ReadLineAsync(cancellationToken) is not null)
            {
                Garbage.Collect();
                Console.WriteLine();
            }
        });
        return command;
    }

    public Task CollectAsync(CancellationToken cancellationToken) => _process.AskAsync("", cancellationToken);

    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _process.DisposeAsync();
    }
}
