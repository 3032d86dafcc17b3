using System.CommandLine;
using System.Text.Json;
using Orchestrator.Cli.Hosting;
using Orchestrator.Server.Listening;

namespace Orchestrator.Cli.Serving;

/// <summary>A server as <c>serve --json</c> prints it, once it listens.</summary>
/// <param name="Addresses">Where it listens.</param>
/// <param name="TokenFile">Where the local user's token is; null where tokens or accounts are set up.</param>
internal sealed record ListeningServer(IReadOnlyList<string> Addresses, string? TokenFile);

/// <summary><c>serve</c>: hub, worker, HTTP API and dashboard in one process, which owns the data folder.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var urls = new Option<string>("--urls")
        {
            Description = "Where it listens, several with ';'. Beyond loopback it needs Server:Tokens or Server:OpenIdConnect in settings.json, and https.",
            DefaultValueFactory = _ => "http://127.0.0.1:4080",
            HelpName = "URL",
        };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("serve", "Serve hub, worker, HTTP API and dashboard in one process.") { urls, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<ListenAddress> addresses = Read(parsed.GetValue(urls)!);
            await using Deployment deployment = await Deployment.OpenToServeAsync(parsed.GetValue(data), cancellationToken);
            await using WebServer server = await WebServer.StartAsync(deployment, addresses, cancellationToken);
            await TellAsync(server, parsed.GetValue(json));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Ok;
        });
        return command;
    }

    private static IReadOnlyList<ListenAddress> Read(string urls)
    {
        try
        {
            return ListenAddress.ReadAll(urls);
        }
        catch (FormatException failure)
        {
            throw new BadInputException($"--urls: {failure.Message}");
        }
    }

    private static async Task TellAsync(WebServer server, bool json)
    {
        await Console.Error.WriteLineAsync($"server listening on {string.Join(", ", server.Addresses)}");
        if (server.Local is { } local)
        {
            await Console.Error.WriteLineAsync($"sign in, once, within 15 minutes: {server.MakeSignInLink()}");
            await Console.Error.WriteLineAsync($"programs show the token in {local.File}");
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new ListeningServer(server.Addresses, server.Local?.File), CliJson.Default.ListeningServer));
        }
    }
}
