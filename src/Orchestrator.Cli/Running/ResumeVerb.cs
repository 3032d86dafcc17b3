using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Steering;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Steering;

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
        var command = new Command("resume", "Pick a run up after a stop or a pause and follow it to its end.") { run, data, json, yes, noWait };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            RunSummary found = await deployment.FindRunAsync(wanted, cancellationToken);
            await ReopenAsync(deployment, found, cancellationToken);
            using RunView view = await RunView.OpenAsync(deployment, found.RunId, cancellationToken);
            var follower = new RunFollower(deployment, view)
            {
                Joins = true,
                StopsAtCheckpoint = parsed.GetValue(noWait),
                ApprovesEverything = parsed.GetValue(yes),
            };
            return await RunVerb.FollowAsync(deployment, follower, found.RunId, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    /// <summary>
    /// Has a run that its provider failed go on. Whoever is about to do the work must be able to ask the model: finding that out
    /// by the run's next turn would fail it.
    /// </summary>
    private static async Task ReopenAsync(Deployment deployment, RunSummary run, CancellationToken cancellationToken)
    {
        bool goesOn = run.Result is null or { CanResume: true };
        if (goesOn && !await deployment.IsWorkedAsync(cancellationToken))
        {
            await deployment.Services.GetRequiredService<IModelClient>().CheckAsync(run.Model, cancellationToken);
        }

        if (run.IsPaused && run.Result is null)
        {
            await SignalVerb.SendAsync(deployment, run, new SteeringSignal(SteeringKind.Resume, Environment.UserName), cancellationToken);
        }

        if (run.Result is { CanResume: true })
        {
            await deployment.Runs.ReopenAsync(run.RunId, Environment.UserName, cancellationToken);
        }
    }
}
