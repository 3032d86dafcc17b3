using System.CommandLine;
using System.Net;
using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Providers.Scripted;

namespace Orchestrator.Cli.Simulating;

/// <summary>A scripted model as <c>simulate --json</c> prints it, once it listens.</summary>
internal sealed record ServedScript(string BaseUrl);

/// <summary><c>simulate --script FILE</c>: serves a scripted model in every dialect, for tests and demonstrations.</summary>
internal static class SimulateVerb
{
    public static Command Create()
    {
        var script = new Option<string>("--script") { Description = "The script, a YAML list of turns.", Required = true, HelpName = "FILE" };
        var listen = new Option<string>("--listen")
        {
            Description = "HOST:PORT on loopback; port 0 chooses a free one.",
            DefaultValueFactory = _ => "127.0.0.1:0",
        };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("simulate", "Serve a scripted model that speaks Responses (with compaction and background), Messages and Chat Completions.") { script, listen, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using ScriptedEndpoint endpoint = await StartAsync(parsed.GetValue(script)!, parsed.GetValue(listen)!, cancellationToken);
            await Console.Error.WriteLineAsync(endpoint.Announcement);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new ServedScript(endpoint.BaseUrl.ToString()), CliJson.Default.ServedScript)
                : endpoint.BaseUrl);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<ScriptedEndpoint> StartAsync(string script, string listen, CancellationToken cancellationToken)
    {
        string address = listen.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal);
        if (!IPEndPoint.TryParse(address, out IPEndPoint? endPoint) || !address.Contains(':') || !IPAddress.IsLoopback(endPoint.Address))
        {
            throw new BadInputException($"--listen: '{listen}' is not HOST:PORT on loopback, as in 127.0.0.1:8080.");
        }

        try
        {
            return await ScriptedEndpoint.StartAsync(script, endPoint, TimeProvider.System, cancellationToken);
        }
        catch (ScriptException failure)
        {
            throw new BadInputException(failure.Message);
        }
        catch (IOException failure)
        {
            throw new EnvironmentException($"The scripted model can't listen on {listen}: {failure.Message}");
        }
    }
}
