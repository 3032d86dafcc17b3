using System.CommandLine;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cli.Hosting;
using Orchestrator.Server.Listening;

namespace Orchestrator.Cli.Serving;

/// <summary>A server as <c>serve --json</c> prints it, once it listens.</summary>
/// <param name="Addresses">Where it listens.</param>
/// <param name="TokenFile">Where the local user's token is; null where tokens or accounts are set up.</param>
internal sealed record ListeningServer(IReadOnlyList<string> Addresses, string? TokenFile);

/// <summary>
/// <c>serve</c>: hub, worker, HTTP API and dashboard in one process, which owns the data folder; with <c>--hub</c>, API, dashboard and keepers
/// beside a hub and workers that run elsewhere.
/// </summary>
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
        var hub = new HubConnection.Options(isRequired: false);
        Option<double> drain = Drain.Option();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("serve", "Serve hub, worker, HTTP API and dashboard in one process; or, with --hub, API and dashboard alone.") { urls };
        hub.AddTo(command);
        command.Add(drain);
        command.Add(data);
        command.Add(json);
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<ListenAddress> addresses = Read(parsed.GetValue(urls)!);
            using Drain drains = Drain.Read(parsed.GetValue(drain));
            using HubConnection? elsewhere = hub.Open(parsed);
            if (elsewhere is not null && parsed.GetResult(drain) is { Implicit: false })
            {
                throw new BadInputException($"{Drain.OptionName} is for processes that ask models: with --hub those are the workers.");
            }

            await using Deployment deployment = await Deployment.OpenToServeAsync(parsed.GetValue(data), cancellationToken);
            await (elsewhere is null
                ? ServeAsync(deployment, addresses, drains, parsed.GetValue(json), cancellationToken)
                : ServeBesideAsync(deployment, elsewhere, addresses, parsed.GetValue(json), cancellationToken));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task ServeAsync(
        Deployment deployment, IReadOnlyList<ListenAddress> addresses, Drain drain, bool json, CancellationToken cancellationToken)
    {
        await using WebServer server = await WebServer.StartAsync(deployment, addresses, drain, cancellationToken);
        await TellAsync(server, json);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task ServeBesideAsync(
        Deployment deployment, HubConnection hub, IReadOnlyList<ListenAddress> addresses, bool json, CancellationToken cancellationToken)
    {
        using OwnerLock work = await OwnerLock.ShareWorkAsync(deployment, keepsFiles: false, cancellationToken);
        CallInvoker calls = hub.Channel.CreateCallInvoker();
        await using WebServer server = await WebServer.StartBesideAsync(deployment, calls, addresses, cancellationToken);
        using IHost keepers = await Engine.StartKeepersAsync(deployment, calls, cancellationToken);
        await TellAsync(server, json);
        await new HubWatch(hub, "server", TimeProvider.System).WatchAsync(() => Console.Error.WriteLine($"hub answers at {hub.Address}"), cancellationToken);
        await keepers.StopAsync(CancellationToken.None);
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
