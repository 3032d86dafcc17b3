using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Running;

/// <summary><c>run TASK</c>: a task from its file to its end.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var task = TaskInput.Task();
        var model = TaskInput.Model();
        var data = Verb.Data();
        var json = Verb.Json();
        var yes = new Option<bool>("--yes") { Description = "Answer checkpoints as the requester; a spent budget still asks." };
        var noWait = new Option<bool>("--no-wait") { Description = "Return at the first open checkpoint, with exit code 3." };
        var command = new Command("run", "Run a task file to its end here, with a live view.") { task, data, model, json, yes, noWait };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            AgentTask read = await TaskInput.ReadAsync(parsed.GetValue(task)!, parsed.GetValue(model), cancellationToken);
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            TaskInput.Warn(read);
            string run = await deployment.Services.GetRequiredService<RunClient>()
                .SubmitAsync(read, Environment.UserName, cancellationToken);
            await Console.Error.WriteLineAsync($"run {run}");
            using RunView view = await RunView.OpenAsync(deployment, run, cancellationToken);
            var follower = new RunFollower(deployment, view) { StopsAtCheckpoint = parsed.GetValue(noWait), ApprovesEverything = parsed.GetValue(yes) };
            return await FollowAsync(deployment, follower, run, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    /// <summary>Follows a run, taking the work over if nobody does it, and prints its end.</summary>
    public static async Task<int> FollowAsync(
        Deployment deployment, RunFollower follower, string run, bool json, CancellationToken cancellationToken)
    {
        try
        {
            return await RunOutcome.PrintAsync(deployment, await follower.FollowAsync(run, cancellationToken), json, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Interrupted. Nothing is lost: orchestrator resume {run}{DataFolders.OptionFor(deployment.Data)}");
            return ExitCode.Interrupted;
        }
    }
}
