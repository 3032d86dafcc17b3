using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Running;

/// <summary><c>watch RUN</c>: follows a run that other processes work on.</summary>
internal static class WatchVerb
{
    public static Command Create()
    {
        var run = Verb.Run();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("watch", "Follow a run to its end without working on it.") { run, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            string id = (await deployment.FindRunAsync(parsed.GetValue(run)!, cancellationToken)).RunId;
            AdmittedTask task = await deployment.Services.GetRequiredService<ITaskStore>().GetAsync(id, cancellationToken);
            using var view = new RunView(deployment.Data, id, task.Task.Budget);
            var follower = new RunFollower(deployment, view) { TakesOver = false };
            RunSummary ended = await follower.FollowAsync(id, cancellationToken);
            return await RunOutcome.PrintAsync(deployment, ended, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }
}
