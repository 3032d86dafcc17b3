using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Running;

/// <summary>A run as <c>submit</c> and <c>cancel</c> print it.</summary>
internal sealed record SubmittedRun(string RunId);

/// <summary><c>submit TASK</c>: stores a task as a run and returns; whoever runs the data folder's hub picks it up.</summary>
internal static class SubmitVerb
{
    public static Command Create()
    {
        var task = TaskInput.Task();
        var model = TaskInput.Model();
        var server = new Option<string?>("--server")
        {
            Description = "Submit to a server, with the token in ORCHESTRATOR_TOKEN; without, with that of your own server on the data folder.",
            HelpName = "URL",
        };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("submit", "Store a task as a run and return its id.") { task, data, model, server, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(server) is { } remote)
            {
                return await SubmitToAsync(remote, parsed.GetValue(task)!, parsed.GetValue(model), parsed.GetValue(data), parsed.GetValue(json), cancellationToken);
            }

            AgentTask read = await TaskInput.ReadAsync(parsed.GetValue(task)!, parsed.GetValue(model), cancellationToken);
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            TaskInput.Warn(read);
            string run = await deployment.Services.GetRequiredService<RunClient>()
                .SubmitAsync(read, Environment.UserName, cancellationToken);
            if (!parsed.GetValue(json))
            {
                await Console.Error.WriteLineAsync(await WhoWorksAsync(deployment, run, cancellationToken));
            }

            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(new SubmittedRun(run), CliJson.Default.SubmittedRun) : run);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> SubmitToAsync(
        string address, string task, string? model, string? folder, bool json, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https"))
        {
            throw new BadInputException($"--server: '{address}' is no address, as in https://orchestrator.example.");
        }

        if (model is not null)
        {
            throw new BadInputException("--model is for tasks that are submitted here; name the model in the task file.");
        }

        // It is read here as well, so that mistakes are told by their lines; paths in it are the server's.
        await TaskInput.ReadAsync(task, model, cancellationToken);
        JsonElement answer = await new ServerClient(server, ServerClient.FindToken(folder), TimeProvider.System)
            .SubmitAsync(await File.ReadAllTextAsync(task, cancellationToken), Path.GetFullPath(task), cancellationToken);
        string run = answer.GetProperty("runId").GetString()!;
        Console.WriteLine(json ? JsonSerializer.Serialize(new SubmittedRun(run), CliJson.Default.SubmittedRun) : run);
        return ExitCode.Ok;
    }

    /// <summary>Who takes a stored run up, or how to have it taken up.</summary>
    internal static async Task<string> WhoWorksAsync(Deployment deployment, string run, CancellationToken cancellationToken) =>
        LockHolders.WorkersOf(deployment.Data) is { Count: > 0 } workers ? $"The run is taken up by {string.Join(", ", workers)}."
        : await deployment.Home.FindOtherAsync(cancellationToken) is { } other ? $"The run is taken up elsewhere. {other}"
        : $"Nobody works on {deployment.Data.Root}, so the run waits. Start it: orchestrator resume {run}{DataFolders.OptionFor(deployment.Data)}";
}
