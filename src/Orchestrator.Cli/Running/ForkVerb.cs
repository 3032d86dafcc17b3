using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Running;

/// <summary>
/// <c>fork RUN --turn N</c>: takes conversation and files up as they were behind a turn, in a run of its own; <c>rewind</c> cancels the run
/// that it comes from as well.
/// </summary>
internal static class ForkVerb
{
    public static Command CreateFork() => Create(
        "fork", "Take a run's conversation and files up as they were behind a turn, as a run of its own.", cancels: false);

    public static Command CreateRewind() => Create(
        "rewind", "Take a run back to behind a turn: it is canceled if it is under way, and a run of its own goes on from there.", cancels: true);

    private static Command Create(string name, string description, bool cancels)
    {
        var run = Verb.Run();
        var turn = new Option<int>("--turn") { Description = "The turn behind which it goes on; 0 is the beginning.", HelpName = "N", Required = true };
        var model = new Option<string?>("--model") { Description = "Another model than the run's.", HelpName = "MODEL" };
        var message = new Option<string?>("--message") { Description = "What the model is told there.", HelpName = "TEXT" };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command(name, description) { run, turn, model, message, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            RunSummary summary = await deployment.FindRunAsync(wanted, cancellationToken);
            var request = new ForkRequest(summary.RunId, parsed.GetValue(turn), parsed.GetValue(model), parsed.GetValue(message));
            Fork fork = await deployment.Services.GetRequiredService<RunForks>().ForkAsync(
                request, SubmissionKey.Of(AdmittedTask.LocalTenant, Environment.UserName, key: null), cancellationToken);

            // Only now: a run that can't be taken back goes on.
            bool isCanceled = cancels
                && await deployment.Services.GetRequiredService<ISignalStore>().CancelAsync(summary.RunId, Environment.UserName, cancellationToken);
            await PrintAsync(deployment, ForkedRun.Of(fork), isCanceled, parsed.GetValue(json), cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task PrintAsync(Deployment deployment, ForkedRun fork, bool isCanceled, bool json, CancellationToken cancellationToken)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(fork, CliJson.Default.ForkedRun));
            return;
        }

        await Console.Error.WriteLineAsync($"Run {fork.RunId} goes on behind turn {fork.Turn} of run {fork.ForkOf}.{(isCanceled ? $" Run {fork.ForkOf} is canceled." : string.Empty)}");
        foreach (ForkedRun.Outside outside in fork.NotUndone)
        {
            await Console.Error.WriteLineAsync(Visible.Of($"Not undone, since it reached beyond the workspace: turn {outside.Turn}, {outside.What}"));
        }

        await Console.Error.WriteLineAsync(await SubmitVerb.WhoWorksAsync(deployment, fork.RunId, cancellationToken));
        Console.WriteLine(fork.RunId);
    }
}
