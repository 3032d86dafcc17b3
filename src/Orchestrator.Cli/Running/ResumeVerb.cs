using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Tasks;
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
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            string id = (await deployment.FindRunAsync(parsed.GetValue(run)!, cancellationToken)).RunId;
            AdmittedTask task = await deployment.Services.GetRequiredService<ITaskStore>().GetAsync(id, cancellationToken);
            return await RunVerb.FollowAsync(
                deployment, id, task.Task.Budget, parsed.GetValue(json), parsed.GetValue(noWait), parsed.GetValue(yes), cancellationToken);
        });
        return command;
    }
}
