using System.CommandLine;
using System.Text.Json;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.TaskHub;

namespace Orchestrator.Cli.Hosting;

/// <summary>A hub as <c>hub --json</c> prints it, once it listens.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Owner">The hub that it stands by for; null if it does the work itself.</param>
internal sealed record ListeningHub(string Address, string? Owner);

/// <summary><c>hub --listen HOST:PORT</c>: the task hub alone, with no product code; any Durable Task worker and client may use it.</summary>
internal static class HubVerb
{
    public static Command Create()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "HOST:PORT, or unix:PATH. Beyond loopback it needs --token-file and --certificate.",
            DefaultValueFactory = _ => "127.0.0.1:4001",
        };
        var token = new Option<string?>("--token-file") { Description = "A file whose first line callers must show as their bearer token." };
        var certificate = new Option<string?>("--certificate") { Description = "A PEM file with the server's certificate." };
        var key = new Option<string?>("--certificate-key") { Description = "A PEM file with the certificate's key, if it is in another file." };
        var createHubs = new Option<bool>("--create-task-hubs")
        {
            Description = "Make the task hub that a caller names if it is not there; else CreateTaskHub must be called first.",
        };
        var postgres = new Option<string?>("--postgres")
        {
            Description = "Keep everything in a PostgreSQL database: Host=NAME;Database=NAME;Username=NAME, or a postgres:// URL. The "
                + "password: PGPASSWORD, PGPASSFILE. Of several hubs on one database one works, the others stand by.",
            HelpName = "CONN",
        };
        var advertise = new Option<string?>("--advertise")
        {
            Description = "With --postgres: where other hubs reach this one. Default: what it listens on.",
            HelpName = "URL",
        };
        var lease = new Option<double>("--lease")
        {
            Description = "With --postgres: after how many seconds of silence another hub takes this one's place.",
            DefaultValueFactory = _ => 15,
            HelpName = "SECONDS",
        };
        var silence = new Option<double>("--peer-silence")
        {
            Description = "After how many seconds of silence a worker is asked whether it is there, and how many it may take to answer; then its work goes to others.",
            DefaultValueFactory = _ => new HubServerOptions().PeerSilence.TotalSeconds,
            HelpName = "SECONDS",
        };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("hub", "Serve the task hub alone over gRPC.")
        {
            listen, token, certificate, key, createHubs, postgres, advertise, lease, silence, data, json,
        };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            var options = new HubServerOptions
            {
                Listen = parsed.GetValue(listen)!,
                TokenFile = parsed.GetValue(token),
                CertificateFile = parsed.GetValue(certificate),
                CertificateKeyFile = parsed.GetValue(key),
                PeerSilence = SilenceOf(parsed.GetValue(silence)),
                NamedHubs = { CreateOnFirstUse = parsed.GetValue(createHubs) },
            };
            if (parsed.GetValue(postgres) is { } connection)
            {
                if (parsed.GetValue(data) is not null)
                {
                    throw new BadInputException("--postgres takes the place of --data: name one of them.");
                }

                var shared = PostgresHub.Options(options, connection, parsed.GetValue(advertise), parsed.GetValue(lease));
                return await ServeAsync(options, hub => hub.Postgres = shared, parsed.GetValue(json), cancellationToken);
            }

            DataFolder folder = DataFolders.Open(parsed.GetValue(data));
            using OwnerLock owner = OwnerLock.TryTake(folder.OwnerLock)
                ?? throw new EnvironmentException($"Another process runs the hub of {folder.Root}; stop it, or name another folder with --data.");
            return await ServeAsync(options, hub => hub.DatabasePath = folder.HubDatabase, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static TimeSpan SilenceOf(double seconds) => seconds is >= 1 and <= 3600
        ? TimeSpan.FromSeconds(seconds)
        : throw new BadInputException($"--peer-silence: {seconds:0.###} seconds is not between 1 and 3600.");

    private static async Task<int> ServeAsync(
        HubServerOptions options, Action<TaskHubOptions> configure, bool json, CancellationToken cancellationToken)
    {
        await using HubServer server = await StartAsync(options, configure, cancellationToken);
        string? owner = server.Hub.OwnerElsewhere;
        await Console.Error.WriteLineAsync($"hub listening on {server.Address}{(owner is null ? "" : $", standing by for {owner}")}");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new ListeningHub(server.Address, owner), CliJson.Default.ListeningHub));
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Ok;
    }

    private static async Task<HubServer> StartAsync(
        HubServerOptions options, Action<TaskHubOptions> configure, CancellationToken cancellationToken)
    {
        try
        {
            return await HubServer.StartAsync(
                options,
                configure,
                StandardErrorLog.AddToHub,
                TimeProvider.System,
                cancellationToken);
        }
        catch (ArgumentException failure)
        {
            throw new BadInputException($"--listen: {failure.Message}");
        }
        catch (IOException failure)
        {
            throw new EnvironmentException($"The hub can't listen on {options.Listen}: {failure.Message}");
        }
    }
}
