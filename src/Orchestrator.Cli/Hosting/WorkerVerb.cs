using System.CommandLine;
using System.Text.Json;
using Grpc.Net.Client;
using Microsoft.Extensions.Hosting;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Cli.Hosting;

/// <summary>A worker as <c>worker --json</c> prints it, once it works.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="Hub">The hub's address.</param>
/// <param name="Host">The tool host that it is; null if it is none.</param>
/// <param name="Address">Where it serves other workers; null if it doesn't.</param>
internal sealed record WorkingWorker(int ProcessId, Uri Hub, string? Host, string? Address);

/// <summary>
/// <c>worker --hub URL</c>: a worker alone. It shares the data folder's run database with its peers, and its workspaces too unless tool
/// hosts keep them.
/// </summary>
internal static class WorkerVerb
{
    public static Command Create()
    {
        var hub = new Option<string>("--hub") { Description = "The hub's address, as in http://127.0.0.1:4001, or the connection string of a Durable Task Scheduler.", Required = true, HelpName = "URL" };
        var token = new Option<string?>("--token-file") { Description = "A file whose first line is shown to the hub as bearer token." };
        var keeping = new WorkspaceKeeping.Options();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("worker", "Work for a hub that runs elsewhere.") { hub, token };
        keeping.AddTo(command);
        command.Add(data);
        command.Add(json);
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            using GrpcChannel channel = Connect(parsed.GetValue(hub)!, parsed.GetValue(token), out Uri uri);
            WorkspaceKeeping keeps = keeping.Read(parsed);
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), keeps.Folder, cancellationToken);
            using OwnerLock workers = OwnerLock.TryShare(deployment.Data.WorkersLock)
                ?? throw new EnvironmentException(
                    $"Another process works on {deployment.Data.Root} with a hub of its own; stop it, or name another folder with --data.");
            await WorkAsync(deployment, keeps, channel, uri, parsed.GetValue(json), cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task WorkAsync(
        Deployment deployment, WorkspaceKeeping keeps, GrpcChannel channel, Uri hub, bool tellsJson, CancellationToken cancellationToken)
    {
        using OwnerLock? alone = keeps.Server is null ? null : OwnerLock.TryTake(Path.Combine(deployment.Data.HostRoot, "host.lock"))
            ?? throw new EnvironmentException($"Another tool host has {deployment.Data.HostRoot}; stop it, or name another folder with --host-folder.");
        await using HostEndpoint? endpoint = keeps.Server is null ? null : await HostEndpoint.StartAsync(deployment.Data, keeps.Server, cancellationToken);
        var watch = new HubWatch(channel.CreateCallInvoker(), hub, TimeProvider.System);
        using IHost worker = await Engine.StartWorkerAsync(deployment, channel, watch, keeps, endpoint, cancellationToken);
        await watch.WatchAsync(
            () =>
            {
                string asHost = endpoint is null ? string.Empty : $", as tool host {endpoint.Host} at {endpoint.Host.Address}";
                Console.Error.WriteLine($"worker {Environment.ProcessId} working for {hub}{asHost}");
                if (tellsJson)
                {
                    tellsJson = false;
                    var working = new WorkingWorker(Environment.ProcessId, hub, endpoint?.Host.Id, endpoint?.Host.Address);
                    Console.WriteLine(JsonSerializer.Serialize(working, CliJson.Default.WorkingWorker));
                }
            },
            cancellationToken);
        await worker.StopAsync(CancellationToken.None);
    }

    private static GrpcChannel Connect(string hub, string? tokenFile, out Uri address)
    {
        if (SchedulerConnection.IsOne(hub))
        {
            if (tokenFile is not null)
            {
                throw new BadInputException("--token-file: a connection string says itself, in Authentication=, how the scheduler knows this worker; leave the file out.");
            }

            SchedulerConnection scheduler = SchedulerConnection.Read(hub);
            address = scheduler.Endpoint;
            return HubChannels.Connect(scheduler, TimeProvider.System);
        }

        address = Uri.TryCreate(hub, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new BadInputException($"--hub: '{hub}' is not an http or https address, as in http://127.0.0.1:4001, and no connection string of a scheduler.");
        return HubChannels.Connect(address, tokenFile);
    }
}
