using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Runs;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Listing;

/// <summary>Which tool hosts hold the workspaces of the runs that are not over.</summary>
internal sealed class RunHosts
{
    private readonly Dictionary<string, HeldWorkspace> _held;
    private readonly bool _isAnyLive;

    private RunHosts(IReadOnlyList<HeldWorkspace> held, IReadOnlyList<KnownHost> hosts)
    {
        _held = held.ToDictionary(workspace => workspace.Run);
        _isAnyLive = hosts.Any(host => host.IsLive);
    }

    public static async Task<RunHosts> ReadAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        IHostStore hosts = deployment.Services.GetRequiredService<IHostStore>();
        return new RunHosts(await hosts.ListHeldAsync(cancellationToken), await hosts.ListAsync(cancellationToken));
    }

    /// <summary>The run as programs read it, with <c>worked</c> and <c>host</c>, which are null once it is over: a run that nobody works on waits for ever.</summary>
    public JsonObject Of(RunSummary run, bool isWorked)
    {
        JsonObject json = JsonSerializer.SerializeToNode(run, CliJson.Default.RunSummary)!.AsObject();
        json["worked"] = run.Result is null ? isWorked : null;
        json["host"] = _held.GetValueOrDefault(run.RunId) is not { } held
            ? null
            : new JsonObject
            {
                ["id"] = held.Host.Id,
                ["machine"] = held.Host.Machine,
                ["folder"] = held.Host.Folder,
                ["address"] = held.Host.Address,
                ["isLive"] = held.IsLive,
                ["epoch"] = held.Epoch,
            };
        return json;
    }

    /// <summary>What is to be said of a run's host; null if there is nothing to say.</summary>
    public string? StateOf(string run) => _held.GetValueOrDefault(run) switch
    {
        null or { IsLive: true } => null,
        { } lost when _isAnyLive => $"its tool host {lost.Host} is lost; another takes it over",
        { } lost => $"its tool host {lost.Host} is lost, and no other is there: start one, orchestrator worker --tools",
    };

    /// <summary>Where a run's workspace is, where that goes without saying; else null.</summary>
    public string? PlaceOf(string run) =>
        _held.GetValueOrDefault(run) is { Host: { Id: not ToolHost.OfTheDataFolder } host } ? $"{host}{(host.Address is { } address ? $" at {address}" : string.Empty)}" : null;
}
