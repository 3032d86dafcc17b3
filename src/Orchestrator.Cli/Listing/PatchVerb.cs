using System.CommandLine;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Listing;

/// <summary>A run's patch as <c>patch --json</c> prints it: the diff itself.</summary>
internal sealed record ShownPatch(string RunId, string Diff);

/// <summary><c>patch RUN</c>: what a run changed, for <c>git apply</c>.</summary>
internal static class PatchVerb
{
    public static Command Create()
    {
        var run = Verb.Run();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("patch", "Print a run's patch, or what it has changed so far.") { run, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            RunSummary summary = await deployment.FindRunAsync(wanted, cancellationToken);
            if (parsed.GetValue(json))
            {
                using var patch = new MemoryStream();
                await WriteAsync(deployment, summary, patch, cancellationToken);
                var shown = new ShownPatch(summary.RunId, Encoding.UTF8.GetString(patch.GetBuffer().AsSpan(0, (int)patch.Length)));
                Console.WriteLine(JsonSerializer.Serialize(shown, CliJson.Default.ShownPatch));
                return ExitCode.Ok;
            }

            await using Stream output = Console.OpenStandardOutput();
            await WriteAsync(deployment, summary, output, cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task WriteAsync(Deployment deployment, RunSummary run, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            await deployment.Services.GetRequiredService<RunPatches>().WriteAsync(run, target, cancellationToken);
        }
        catch (EnvironmentException failure)
        {
            throw new BadInputException(failure.Message);
        }
    }
}
