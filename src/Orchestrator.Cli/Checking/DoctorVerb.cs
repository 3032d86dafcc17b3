using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Cli.Hosting;
using Orchestrator.Sql;
using Orchestrator.Sql.Postgres;
using Orchestrator.Storage;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Cli.Checking;

/// <summary>What <c>doctor --json</c> prints.</summary>
/// <param name="Findings">What was looked at.</param>
/// <param name="Programs">What a command in the sandbox finds; null if there is no sandbox.</param>
internal sealed record DoctorReport(IReadOnlyList<DoctorFinding> Findings, SandboxPrograms? Programs);

/// <summary>One thing that a run needs.</summary>
/// <param name="Subject">What was looked at.</param>
/// <param name="IsUsable">It can be used here.</param>
/// <param name="IsNeeded">Without it no run can start.</param>
/// <param name="Detail">What was found, or how to mend it.</param>
internal sealed record DoctorFinding(string Subject, bool IsUsable, bool IsNeeded, string Detail);

/// <summary><c>doctor</c>: what is usable here, and how to mend the rest.</summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        var data = Verb.Data();
        var json = Verb.Json();
        var postgres = new Option<string?>("--postgres") { Description = "Look at the PostgreSQL database of a hub, too.", HelpName = "CONN" };
        var command = new Command("doctor", "Say what is usable on this machine and how to mend the rest.") { postgres, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            List<DoctorFinding> findings =
            [
                await SandboxAsync(deployment, cancellationToken),
                Limits(deployment),
                Network(deployment),
                await GitAsync(cancellationToken),
                await DisplayAsync(deployment, cancellationToken),
                new("store", true, true, deployment.Services.GetRequiredService<RunDatabase>().Place),
                await PayloadsAsync(deployment, cancellationToken),
                Hub(deployment),
                .. await HostsAsync(deployment, cancellationToken),
                .. await ProvidersAsync(deployment, cancellationToken),
                .. await ServersAsync(deployment, cancellationToken),
                .. await ChannelsAsync(deployment, cancellationToken),
                .. deployment.Services.GetServices<ICodeHost>().Select(host => new DoctorFinding("landing", host.Fault is null, false, $"pull requests on {host.Describe()}: {host.Fault ?? "is configured"}")),
            ];
            if (parsed.GetValue(postgres) is { } connection)
            {
                findings.Add(await PostgresAsync(connection, cancellationToken));
            }

            SandboxPrograms? programs = findings[0].IsUsable ? await SandboxPrograms.FindAsync(deployment, cancellationToken) : null;
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new DoctorReport(findings, programs), CliJson.Default.DoctorReport));
            }
            else
            {
                foreach (DoctorFinding finding in findings)
                {
                    string state = finding.IsUsable ? "ok      " : finding.IsNeeded ? "MISSING " : "absent  ";
                    Console.WriteLine(Visible.Of($"{state}{finding.Subject,-10}{finding.Detail}"));
                }

                foreach (string line in programs?.InLines() ?? [])
                {
                    Console.WriteLine(Visible.Of(line));
                }
            }

            return findings.All(finding => finding.IsUsable || !finding.IsNeeded) ? ExitCode.Ok : ExitCode.EnvironmentLacks;
        });
        return command;
    }

    private static async Task<DoctorFinding> SandboxAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        string? missing = await deployment.Services.GetRequiredService<ISandbox>().CheckAsync(cancellationToken);
        IEnumerable<string> caches = deployment.Services.GetRequiredService<IOptions<SandboxOptions>>().Value.Caches
            .Select(cache => $"; {cache.Folder} is shared by all runs at {cache.At}{(cache.ReadOnly ? ", read-only" : "")}");
        return new("sandbox", missing is null, true, missing ?? $"bubblewrap runs, with no network{string.Concat(caches)}");
    }

    /// <summary>Without the kernel's groups a run can start all the same.</summary>
    private static DoctorFinding Limits(Deployment deployment)
    {
        LimitFinding finding = deployment.Services.GetRequiredService<LimitCheck>().Look();
        return new("limits", finding.IsByKernel, false, finding.Detail);
    }

    private static DoctorFinding Network(Deployment deployment)
    {
        string? open = EgressPolicy.Describe(deployment.Services.GetRequiredService<EgressPolicy>().All);
        return new(
            "network",
            open is not null,
            false,
            open is null
                ? $"commands reach no host. Name those that setups and rules of tasks may open under Egress:Allow in {deployment.Data.Settings}"
                : $"setups may reach {open}; other commands those of them that a rule of their task names");
    }

    /// <summary>Only tasks with the key 'computer' need one.</summary>
    private static async Task<DoctorFinding> DisplayAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        string? missing = await deployment.Services.GetRequiredService<Toolbox>().Find(ToolNames.Computer, [])!.CheckAsync(cancellationToken);
        return new("display", missing is null, false, missing ?? "Xvfb, a window manager and Chromium are installed, for tasks with 'computer'");
    }

    private static async Task<DoctorFinding> GitAsync(CancellationToken cancellationToken)
    {
        try
        {
            using Process git = Process.Start(new ProcessStartInfo("git", ["--version"]) { RedirectStandardOutput = true })!;
            string version = (await git.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
            await git.WaitForExitAsync(cancellationToken);
            return new("git", git.ExitCode == 0, true, version);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new("git", false, true, "git is not installed: apt-get install git");
        }
    }

    private static async Task<DoctorFinding> PostgresAsync(string connection, CancellationToken cancellationToken)
    {
        try
        {
            return new("postgres", true, true, await PostgresInspection.DescribeAsync(connection, cancellationToken));
        }
        catch (ArgumentException failure)
        {
            throw new BadInputException($"--postgres: {failure.Message}");
        }
        catch (DatabaseException failure)
        {
            return new("postgres", false, true, failure.Message);
        }
    }

    private static async Task<DoctorFinding> PayloadsAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        PayloadPlace place = await deployment.Services.GetRequiredService<IPayloadStore>().CheckAsync(cancellationToken);
        string files = deployment.Data.IsPrivate ? "files of runs, and payloads above 64 KiB, are kept" : "those above 64 KiB are kept";
        return new("payloads", place.Fault is null, true, place.Fault ?? $"{files} in {place.Name}");
    }

    private static DoctorFinding Hub(Deployment deployment)
    {
        IReadOnlyList<string> owners = LockHolders.Of(deployment.Data.OwnerLock);
        return new("hub", true, true, owners.Count > 0 ? $"run by {string.Join(", ", owners)}" : "no process runs it; the next 'run' will. Several machines: hub --postgres");
    }

    /// <summary>The data folder's own host is there whenever somebody works on it, and worth a line only beside others.</summary>
    private static async Task<IEnumerable<DoctorFinding>> HostsAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        IReadOnlyList<KnownHost> hosts = await deployment.Services.GetRequiredService<IHostStore>().ListAsync(cancellationToken);
        return hosts.All(known => known.Host.Id == ToolHost.OfTheDataFolder)
            ? []
            : hosts.Select(known => new DoctorFinding("host", known.IsLive, false, Describe(known)));
    }

    private static string Describe(KnownHost known)
    {
        string state = known.IsLive
            ? known.Host.Address is { } address ? $"serves at {address}" : "serves no others"
            : $"silent since {known.LeaseUntil.ToLocalTime():yyyy-MM-dd HH:mm:ss}";
        return $"{known.Host}: {state}, {known.Runs} run{(known.Runs == 1 ? string.Empty : "s")} under way";
    }

    private static async Task<IReadOnlyList<DoctorFinding>> ProvidersAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var findings = new List<DoctorFinding>();
        foreach (ProviderDescription provider in deployment.Services.GetRequiredService<IModelCatalogue>().Providers)
        {
            findings.Add(await ProviderAsync(deployment, provider, cancellationToken));
        }

        return findings;
    }

    /// <summary>The servers of tools, each with what runs are offered of it. One that can't be asked is in the way of every run that doesn't leave it out.</summary>
    private static async Task<IReadOnlyList<DoctorFinding>> ServersAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var findings = new List<DoctorFinding>();
        IToolServers servers = deployment.Services.GetRequiredService<IToolServers>();
        foreach (string server in servers.Names)
        {
            try
            {
                IReadOnlyList<ServerTool> tools = await servers.ListAsync(server, cancellationToken);
                IEnumerable<string> named = tools.Select(tool => $"{tool.Name} ({tool.Class.ToString().ToLowerInvariant()})");
                findings.Add(new("mcp", true, true, $"{server}, {servers.Describe(server)}: {(tools.Count == 0 ? "no tools" : string.Join(", ", named))}"));
            }
            catch (EnvironmentException failure)
            {
                findings.Add(new("mcp", false, true, failure.Message));
            }
        }

        return findings;
    }

    /// <summary>The ways to people, by what is configured, and what was given up: nothing is sent. A run starts without them.</summary>
    private static async Task<IEnumerable<DoctorFinding>> ChannelsAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        Channels channels = deployment.Services.GetRequiredService<Channels>();
        IEnumerable<DoctorFinding> findings = channels.All.Select(channel => (Channel: channel, Fault: channels.FaultOf(channel))).Select(one => new DoctorFinding(
            "notify",
            one.Fault is null,
            false,
            $"{one.Channel.Name} ({one.Channel.Kind.ToString().ToLowerInvariant()}): {one.Fault ?? $"is configured; 'orchestrator notifications test {one.Channel.Name}' tries it"}"));
        IReadOnlyList<Notification> failed = await deployment.Services.GetRequiredService<INotificationStore>().ListAsync(onlyFailed: true, most: 1, cancellationToken);
        return failed is [{ } last]
            ? findings.Append(new DoctorFinding(
                "notify", false, false, $"notification {last.Id} by {last.Channel} was given up: {last.Failure} 'orchestrator notifications list --failed' shows all of them"))
            : findings;
    }

    /// <summary>Whoever sets a key means to use it; without one, scripted models still run.</summary>
    private static async Task<DoctorFinding> ProviderAsync(Deployment deployment, ProviderDescription provider, CancellationToken cancellationToken)
    {
        string models = $"{provider.Name} ({string.Join(", ", provider.Models)})";
        if (!provider.IsKeySet)
        {
            return new("provider", false, false, $"{models}: {provider.KeyVariable} is not set. Scripted models work without.");
        }

        try
        {
            await deployment.Services.GetRequiredService<IModelClient>().CheckAsync(provider.Models[0], cancellationToken);
            return new("provider", true, provider.KeyVariable is not null, $"{models}: {(provider.KeyVariable is { } key ? $"{key} is set and not refused" : "answers, without a key")}");
        }
        catch (ProviderException failure)
        {
            return new("provider", false, provider.KeyVariable is not null, $"{models}: {failure.Message}");
        }
    }
}
