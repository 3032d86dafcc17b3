using System.CommandLine;
using Grpc.Core;
using Grpc.Net.Client;
using Orchestrator.Benchmarks.Processes;
using Orchestrator.TaskHub;

namespace Orchestrator.Benchmarks.Durable;

/// <summary>A hub in a process of its own, reached over gRPC on loopback.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private const string Verb = "hub";

    private readonly OwnProcess _process;
    private readonly GrpcChannel _channel;

    private HubProcess(OwnProcess process, string address)
    {
        _process = process;
        Address = address;
        _channel = GrpcChannel.ForAddress(address);
        Invoker = _channel.CreateCallInvoker();
    }

    public string Address { get; }

    public CallInvoker Invoker { get; }

    public int Id => _process.Id;

    /// <param name="port">Where it listens on loopback; 0 for any free one.</param>
    public static async Task<HubProcess> StartAsync(string database, int port, CancellationToken cancellationToken)
    {
        var process = OwnProcess.Start(Verb, "--database", database, "--port", $"{port}");
        return new HubProcess(process, await process.ReadLineAsync(cancellationToken));
    }

    /// <summary>The verb that the process runs: serves until its standard input is closed.</summary>
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
            await Console.In.ReadToEndAsync(cancellationToken);
        });
        return command;
    }

    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _process.DisposeAsync();
    }
}
