using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.TaskHub;

namespace Orchestrator.Cli.Hosting;

/// <summary>A hub as <c>hub --json</c> prints it, once it listens.</summary>
internal sealed record ListeningHub(string Address);

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
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("hub", "Serve the task hub alone over gRPC.") { listen, token, certificate, key, createHubs, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            DataFolder folder = DataFolders.Open(parsed.GetValue(data));
            using OwnerLock owner = OwnerLock.TryTake(folder.OwnerLock)
                ?? throw new EnvironmentException($"Another process runs the hub of {folder.Root}; stop it, or name another folder with --data.");
            var options = new HubServerOptions
            {
                Listen = parsed.GetValue(listen)!,
                TokenFile = parsed.GetValue(token),
                CertificateFile = parsed.GetValue(certificate),
                CertificateKeyFile = parsed.GetValue(key),
                NamedHubs = { CreateOnFirstUse = parsed.GetValue(createHubs) },
            };
            await using HubServer hub = await StartAsync(options, folder, cancellationToken);
            await Console.Error.WriteLineAsync($"hub listening on {hub.Address}");
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new ListeningHub(hub.Address), CliJson.Default.ListeningHub));
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<HubServer> StartAsync(HubServerOptions options, DataFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            return await HubServer.StartAsync(
                options,
                hub => hub.DatabasePath = folder.HubDatabase,
                logging => StandardErrorLog.AddTo(logging, LogLevel.Warning),
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
