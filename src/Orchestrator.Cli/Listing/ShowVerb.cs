using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Listing;

/// <summary>One run as <c>show --json</c> prints it.</summary>
internal sealed record RunDetails(RunSummary Run, AgentTask Task, IReadOnlyList<StoredRunEvent> Events, IReadOnlyList<Approval> OpenApprovals);

/// <summary><c>show RUN</c>: what happened in a run so far.</summary>
internal static class ShowVerb
{
    public static Command Create()
    {
        var run = Verb.Run();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("show", "Show what happened in a run so far.") { run, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            RunSummary summary = await deployment.FindRunAsync(parsed.GetValue(run)!, cancellationToken);
            AdmittedTask task = await deployment.Services.GetRequiredService<ITaskStore>().GetAsync(summary.RunId, cancellationToken);
            IReadOnlyList<StoredRunEvent> events = await deployment.Runs.ReadEventsAsync(summary.RunId, 0, cancellationToken);
            IReadOnlyList<Approval> open = await deployment.Services.GetRequiredService<IApprovalStore>()
                .ListOpenAsync(summary.RunId, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new RunDetails(summary, task.Task, events, open), CliJson.Default.RunDetails));
                return ExitCode.Ok;
            }

            foreach (StoredRunEvent happened in events)
            {
                Console.WriteLine($"{happened.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  turn {happened.Event.Turn,-3}  {happened.Event.Kind,-16}  {Visible.Of(happened.Event.Text)}");
                foreach (string line in happened.Event.Details?.Split('\n') ?? [])
                {
                    Console.WriteLine("    " + Visible.Of(line));
                }
            }

            foreach (Approval approval in open)
            {
                Console.WriteLine($"open: {approval.Id}  {approval.Question}");
            }

            await RunOutcome.PrintAsync(deployment, summary, json: false, cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }
}
