using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Running;

/// <summary><c>cancel RUN</c>: has a run end itself, with its patch.</summary>
internal static class CancelVerb
{
    public static Command Create()
    {
        var run = Verb.Run();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("cancel", "Have a run end itself, with what it has done as its patch.") { run, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            RunSummary summary = await deployment.FindRunAsync(parsed.GetValue(run)!, cancellationToken);
            bool isUnderWay = await deployment.Services.GetRequiredService<ISignalStore>()
                .CancelAsync(summary.RunId, Environment.UserName, cancellationToken);
            if (!isUnderWay)
            {
                throw new BadInputException($"Run {summary.RunId} is over already: {JsonNamingPolicy.CamelCase.ConvertName(summary.Status.ToString())}.");
            }

            AdmittedTask task = await deployment.Services.GetRequiredService<ITaskStore>().GetAsync(summary.RunId, cancellationToken);
            using var view = new RunView(deployment.Data, summary.RunId, task.Task.Budget);
            RunSummary ended = await new RunFollower(deployment, view).FollowAsync(summary.RunId, cancellationToken);
            int code = await RunOutcome.PrintAsync(deployment, ended, parsed.GetValue(json), cancellationToken);
            return ended.Status == RunStatus.Canceled ? ExitCode.Ok : code;
        });
        return command;
    }
}
