using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Steering;
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
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            RunSummary summary = await deployment.FindRunAsync(wanted, cancellationToken);
            bool isUnderWay = await deployment.Services.GetRequiredService<ISignalStore>()
                .CancelAsync(summary.RunId, Environment.UserName, cancellationToken);
            if (!isUnderWay)
            {
                throw new BadInputException($"Run {summary.RunId} is over already: {summary.Status.InWords()}.");
            }

            using RunView view = await RunView.OpenAsync(deployment, summary.RunId, cancellationToken);
            RunSummary ended = await new RunFollower(deployment, view) { Joins = true }.FollowAsync(summary.RunId, cancellationToken);
            int code = await RunOutcome.PrintAsync(deployment, ended, parsed.GetValue(json), cancellationToken);
            return ended.Status == RunStatus.Canceled ? ExitCode.Ok : code;
        });
        return command;
    }
}
