using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Functions;

/// <summary>What <c>functions publish --json</c> prints.</summary>
/// <param name="Folder">Where to.</param>
/// <param name="Functions">How many there are.</param>
internal sealed record PublishedFunctions(string Folder, int Functions);

/// <summary><c>functions</c>: the custom handler of the Functions host; <c>functions publish</c>: the files that it finds us by.</summary>
internal static class FunctionsVerb
{
    /// <summary>How the host says where it will call.</summary>
    private const string Port = "FUNCTIONS_CUSTOMHANDLER_PORT";

    public static Command Create()
    {
        var data = Verb.Data();
        var command = new Command("functions", "Answer the Functions host, as its custom handler.") { data };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string? asked = Environment.GetEnvironmentVariable(Port);
            if (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65535)
            {
                throw new BadInputException(asked is null
                    ? $"{Port} is not set: the Functions host starts this verb, and says there where it calls. 'orchestrator serve' needs no such host."
                    : $"{Port} is '{asked}', which is no port.");
            }

            await using Deployment deployment = await Deployment.OpenToServeAsync(parsed.GetValue(data), cancellationToken);
            using OwnerLock workers = await OwnerLock.ShareWorkAsync(deployment, keepsFiles: false, cancellationToken);
            await using FunctionsHost host = await FunctionsHost.StartAsync(deployment, port, cancellationToken);
            await Console.Error.WriteLineAsync($"functions answered on 127.0.0.1:{port}");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Ok;
        });
        command.Add(CreatePublish());
        return command;
    }

    private static Command CreatePublish()
    {
        var output = new Option<string>("--output")
        {
            Description = "Where to: the folder that holds this executable in the package.",
            Required = true,
            HelpName = "DIR",
        };
        var json = Verb.Json();
        var command = new Command("publish", "Write host.json and a folder for each function.") { output, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string folder = Path.GetFullPath(parsed.GetValue(output)!);
            int written = await FunctionPackage.WriteAsync(folder, cancellationToken);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new PublishedFunctions(folder, written), CliJson.Default.PublishedFunctions)
                : $"host.json and {written} functions in {folder}");
            return ExitCode.Ok;
        });
        return command;
    }
}
