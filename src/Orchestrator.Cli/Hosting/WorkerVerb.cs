using System.CommandLine;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Hosting;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Cli.Hosting;

/// <summary>A worker as <c>worker --json</c> prints it, once it works.</summary>
internal sealed record WorkingWorker(int ProcessId, Uri Hub);

/// <summary><c>worker --hub URL</c>: a worker alone; it shares the data folder's run database and workspaces with its peers.</summary>
internal static class WorkerVerb
{
    public static Command Create()
    {
        var hub = new Option<string>("--hub") { Description = "The hub's address, as in http://127.0.0.1:4001.", Required = true, HelpName = "URL" };
        var token = new Option<string?>("--token-file") { Description = "A file whose first line is shown to the hub as bearer token." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("worker", "Work for a hub that runs elsewhere.") { hub, token, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string address = parsed.GetValue(hub)!;
            if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            {
                throw new BadInputException($"--hub: '{address}' is not an http or https address, as in http://127.0.0.1:4001.");
            }

            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            using OwnerLock workers = OwnerLock.TryShare(deployment.Data.WorkersLock)
                ?? throw new EnvironmentException(
                    $"Another process works on {deployment.Data.Root} with a hub of its own; stop it, or name another folder with --data.");
            using GrpcChannel channel = Connect(uri, parsed.GetValue(token));
            var watch = new HubWatch(channel.CreateCallInvoker(), uri, TimeProvider.System);
            using IHost worker = await Engine.StartWorkerAsync(deployment, channel, watch, cancellationToken);
            bool tellsJson = parsed.GetValue(json);
            await watch.WatchAsync(
                () =>
                {
                    Console.Error.WriteLine($"worker {Environment.ProcessId} working for {uri}");
                    if (tellsJson)
                    {
                        tellsJson = false;
                        Console.WriteLine(JsonSerializer.Serialize(new WorkingWorker(Environment.ProcessId, uri), CliJson.Default.WorkingWorker));
                    }
                },
                cancellationToken);
            await worker.StopAsync(CancellationToken.None);
            return ExitCode.Ok;
        });
        return command;
    }

    private static GrpcChannel Connect(Uri hub, string? tokenFile)
    {
        // A restarted hub is found soon: by default the rest after a refused connection is a second, and up to two minutes later on.
        GrpcChannelOptions options = new()
        {
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(100),
        };
        if (tokenFile is null)
        {
            return GrpcChannel.ForAddress(hub, options);
        }

        string token = File.ReadLines(tokenFile).First().Trim();
        var credentials = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("Authorization", $"Bearer {token}");
            return Task.CompletedTask;
        });
        bool isSecure = hub.Scheme == "https";
        options.Credentials = ChannelCredentials.Create(isSecure ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure, credentials);
        options.UnsafeUseInsecureChannelCallCredentials = !isSecure;
        return GrpcChannel.ForAddress(hub, options);
    }
}
