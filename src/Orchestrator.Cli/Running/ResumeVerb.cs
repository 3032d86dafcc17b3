using System.CommandLine;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Running;

/// <summary><c>resume RUN</c>: picks a run up after a stop.</summary>
internal static class ResumeVerb
{
    public static Command Create()
    {
        var run = Verb.Run();
        var data = Verb.Data();
        var json = Verb.Json();
        var yes = new Option<bool>("--yes") { Description = "Answer checkpoints as the requester; a spent budget still asks." };
        var noWait = new Option<bool>("--no-wait") { Description = "Return at the first open checkpoint, with exit code 3." };
        var command = new Command("resume", "Pick a run up after a stop and follow it to its end.") { run, data, json, yes, noWait };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            string id = (await deployment.FindRunAsync(wanted, cancellationToken)).RunId;
            using RunView view = await RunView.OpenAsync(deployment, id, cancellationToken);
            var follower = new RunFollower(deployment, view)
            {
                Joins = true,
                StopsAtCheckpoint = parsed.GetValue(noWait),
                ApprovesEverything = parsed.GetValue(yes),
            };
            return await RunVerb.FollowAsync(deployment, follower, id, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }
}
