using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Steering;

/// <summary><c>pause RUN</c> and <c>message RUN TEXT</c>: what a person tells a run under way. It is stored, and read before the next model call.</summary>
internal static class SignalVerb
{
    public static Command CreatePause()
    {
        var run = Verb.Run();
        return Create(
            new Command("pause", "Have a run's model not be asked until 'resume'; commands that run go on.") { run },
            run,
            _ => new SteeringSignal(SteeringKind.Pause, Environment.UserName));
    }

    public static Command CreateMessage()
    {
        var run = Verb.Run();
        var text = new Argument<string>("TEXT") { Description = "What the model reads in its next request." };
        return Create(
            new Command("message", "Say something to a run's model.") { run, text },
            run,
            parsed => new SteeringSignal(SteeringKind.Message, Environment.UserName, Checked(parsed.GetValue(text)!)));
    }

    /// <summary>Keeps a signal.</summary>
    /// <exception cref="BadInputException">The run is over.</exception>
    public static async Task SendAsync(Deployment deployment, RunSummary run, SteeringSignal signal, CancellationToken cancellationToken)
    {
        if (await deployment.Services.GetRequiredService<ISteeringStore>().AddAsync(run.RunId, signal, cancellationToken) == SignalOutcome.NotUnderWay)
        {
            throw new BadInputException($"Run {run.RunId} is over already: {run.Status.InWords()}.");
        }
    }

    private static Command Create(Command command, Argument<string> run, Func<ParseResult, SteeringSignal> signal)
    {
        var data = Verb.Data();
        var json = Verb.Json();
        command.Add(data);
        command.Add(json);
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            RunSummary summary = await deployment.FindRunAsync(wanted, cancellationToken);
            await SendAsync(deployment, summary, signal(parsed), cancellationToken);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new SubmittedRun(summary.RunId), CliJson.Default.SubmittedRun)
                : $"{summary.RunId}: stored; the run reads it before its next model call.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Checked(string text) => string.IsNullOrWhiteSpace(text) || text.Length > SteeringSignal.LongestText
        ? throw new BadInputException($"TEXT: say something, in at most {SteeringSignal.LongestText} characters.")
        : text;
}
