using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Purging;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Listing;

/// <summary>One run as <c>show --json</c> prints it.</summary>
internal sealed record RunDetails(
    JsonObject Run,
    AgentTask Task,
    IReadOnlyList<StoredRunEvent> Events,
    IReadOnlyList<Approval> OpenApprovals,
    string? Plan,
    IReadOnlyList<RunSummary> SubAgents);

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
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            RunSummary summary = await deployment.FindListedRunAsync(wanted, cancellationToken);
            if (summary.PurgedAt is not null)
            {
                PurgedRun.Print(summary, parsed.GetValue(json));
                return ExitCode.Ok;
            }

            AdmittedTask task = await deployment.Services.GetRequiredService<ITaskStore>().GetAsync(summary.RunId, cancellationToken);
            IReadOnlyList<StoredRunEvent> events = await deployment.Runs.ReadEventsAsync(summary.RunId, 0, cancellationToken);
            IReadOnlyList<Approval> open = await deployment.Services.GetRequiredService<IApprovalStore>()
                .ListOpenAsync(summary.RunId, cancellationToken);
            IReadOnlyList<RunSummary> agents = await deployment.Runs.ListSubAgentsAsync(summary.RunId, effect: null, cancellationToken);
            string? plan = await deployment.Services.GetRequiredService<IEffectJournal>()
                .FindNewestOutputAsync(summary.RunId, ToolNames.Plan, cancellationToken);
            bool isWorked = await deployment.IsWorkedAsync(cancellationToken);
            RunHosts hosts = await RunHosts.ReadAsync(deployment, cancellationToken);
            if (parsed.GetValue(json))
            {
                var details = new RunDetails(hosts.Of(summary, isWorked), task.Task, events, open, plan, agents);
                Console.WriteLine(JsonSerializer.Serialize(details, CliJson.Default.RunDetails));
                return ExitCode.Ok;
            }

            foreach (StoredRunEvent happened in events)
            {
                Print(happened);
            }

            foreach (string step in plan?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                Console.WriteLine($"plan: {Visible.Of(step)}");
            }

            foreach (Approval approval in open)
            {
                Console.WriteLine($"open: {approval.Id}  {approval.Question}");
            }

            foreach (RunSummary agent in agents)
            {
                Console.WriteLine($"sub-agent: {agent.RunId}  {Visible.Of(agent.Name)}: {agent.Status.InWords()}, {agent.Turns} turns, {Dollars.Of(agent.CostUsd)}");
            }

            string screens = await deployment.Services.GetRequiredService<RunArtifacts>().ScreensAsync(summary.RunId, cancellationToken);
            foreach (string screen in Directory.Exists(screens) ? Directory.GetFiles(screens).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            {
                Console.WriteLine($"screen: {screen}");
            }

            await RunOutcome.PrintAsync(deployment, summary, json: false, cancellationToken);
            if (hosts.PlaceOf(summary.RunId) is { } place)
            {
                Console.WriteLine($"  files in {Visible.Of(place)}");
            }

            if (isWorked && hosts.StateOf(summary.RunId) is { } lost)
            {
                Console.WriteLine($"  {Visible.Of(lost)}");
            }

            if (summary.Result is null && !isWorked)
            {
                Console.WriteLine($"  {WorkerWatch.Mend(summary.RunId, deployment.Data)}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The words of the live view, but all lines of a command.</summary>
    private static void Print(StoredRunEvent happened)
    {
        RunEvent told = happened.Event;
        string head = $"{happened.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {EventWords.Head(told.Turn, told.Kind.InWords())}";
        string[] lines = told.Text.TrimEnd('\n').Split('\n');
        Console.WriteLine(head + Visible.Of(lines[0].TrimEnd('\r')));
        foreach (string line in lines.Skip(1))
        {
            Console.WriteLine(new string(' ', head.Length) + Visible.Of(line.TrimEnd('\r')));
        }

        foreach (string line in told.Details?.Split('\n') ?? [])
        {
            Console.WriteLine("    " + Visible.Of(line.TrimEnd('\r')));
        }
    }
}
