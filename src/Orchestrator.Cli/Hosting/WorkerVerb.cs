using System.CommandLine;
using System.Text.Json;
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
        var hub = new HubConnection.Options(isRequired: true);
        var keeping = new WorkspaceKeeping.Options();
        Option<double> drain = Drain.Option();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("worker", "Work for a hub that runs elsewhere.");
        hub.AddTo(command);
        keeping.AddTo(command);
        command.Add(drain);
        command.Add(data);
        command.Add(json);
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            using Drain drains = Drain.Read(parsed.GetValue(drain));
            using HubConnection connection = hub.Open(parsed)!;
            WorkspaceKeeping keeps = keeping.Read(parsed);
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), keeps.Folder, cancellationToken);
            using OwnerLock workers = await OwnerLock.ShareWorkAsync(deployment, keeps.IsKeeping, cancellationToken);
            await WorkAsync(deployment, keeps, connection, drains, parsed.GetValue(json), cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task WorkAsync(
        Deployment deployment, WorkspaceKeeping keeps, HubConnection hub, Drain drain, bool tellsJson, CancellationToken cancellationToken)
    {
        using OwnerLock? alone = keeps.Server is null ? null : OwnerLock.TryTake(Path.Combine(deployment.Data.HostRoot, "host.lock"))
            ?? throw new EnvironmentException($"Another tool host has {deployment.Data.HostRoot}; stop it, or name another folder with --host-folder.");
        await using HostEndpoint? endpoint = keeps.Server is null ? null : await HostEndpoint.StartAsync(deployment.Data, keeps.Server, cancellationToken);
        var watch = new HubWatch(hub, "worker", TimeProvider.System);
        using IHost worker = await Engine.StartWorkerAsync(deployment, hub.Channel, watch, keeps, endpoint, drain, cancellationToken);
        await watch.WatchAsync(
            () =>
            {
                string asHost = endpoint is null ? string.Empty : $", as tool host {endpoint.Host} at {endpoint.Host.Address}";
                Console.Error.WriteLine($"worker {Environment.ProcessId} working for {hub.Address}{asHost}");
                if (tellsJson)
                {
                    tellsJson = false;
                    var working = new WorkingWorker(Environment.ProcessId, hub.Address, endpoint?.Host.Id, endpoint?.Host.Address);
                    Console.WriteLine(JsonSerializer.Serialize(working, CliJson.Default.WorkingWorker));
                }
            },
            cancellationToken);
        await drain.StopAsync(worker);
    }
}
