using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Listing;

/// <summary>The runs as <c>list --json</c> prints them, newest first.</summary>
internal sealed record RunList(IReadOnlyList<JsonObject> Runs);

/// <summary><c>list</c>: the runs of a data folder.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("list", "List the runs, newest first.") { data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<RunSummary> runs = deployment is null ? [] : await deployment.Runs.ListAsync(cancellationToken);
            bool isWorked = deployment is not null && await deployment.IsWorkedAsync(cancellationToken);
            RunHosts? hosts = deployment is null ? null : await RunHosts.ReadAsync(deployment, cancellationToken);
            if (parsed.GetValue(json))
            {
                var list = new RunList([.. runs.Select(run => hosts!.Of(run, isWorked))]);
                Console.WriteLine(JsonSerializer.Serialize(list, CliJson.Default.RunList));
            }
            else if (runs.Count == 0)
            {
                Console.WriteLine("No runs yet. Start one: orchestrator run TASK");
            }
            else
            {
                Print(runs, isWorked, hosts!);
                if (!isWorked && runs.FirstOrDefault(run => run.Result is null) is { } waiting)
                {
                    await Console.Error.WriteLineAsync($"{waiting.RunId}: {WorkerWatch.Mend(waiting.RunId, deployment!.Data)}");
                }
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(IReadOnlyList<RunSummary> runs, bool isWorked, RunHosts hosts)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("RUN", "STATUS", "TURNS", "COST", "SUBMITTED", "NAME");
        foreach (RunSummary run in runs)
        {
            table.AddRow(
                run.RunId,
                string.Join(", ", StateOf(run, isWorked, hosts).Select(Markup.Escape)),
                run.Turns.ToString(),
                Dollars.Of(run.CostUsd),
                run.SubmittedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm"),
                Markup.Escape(Visible.Of(run.Name)));
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = short.MaxValue;
        }

        AnsiConsole.Write(table);
    }

    private static IEnumerable<string> StateOf(RunSummary run, bool isWorked, RunHosts hosts)
    {
        yield return run.Status.InWords() + (run.Result is { CanResume: true } ? " (can be resumed)" : run.PurgedAt is null ? string.Empty : " (purged)");
        if (run.ProviderWait is not null)
        {
            yield return "waits for its provider";
        }

        if (run.Result is null && !isWorked)
        {
            yield return "nobody works on it";
        }
        else if (hosts.StateOf(run.RunId) is { } lost)
        {
            yield return lost;
        }
    }
}
