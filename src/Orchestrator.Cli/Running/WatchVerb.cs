using System.CommandLine;
using Orchestrator.Agent.Runs;
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
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            string id = (await deployment.FindRunAsync(wanted, cancellationToken)).RunId;
            using RunView view = await RunView.OpenAsync(deployment, id, cancellationToken);
            var follower = new RunFollower(deployment, view) { Joins = true, TakesOver = false };
            RunSummary ended = await follower.FollowAsync(id, cancellationToken);
            return await RunOutcome.PrintAsync(deployment, ended, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }
}
