using System.CommandLine;
using System.Text.Json;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Listing;

/// <summary>The runs as <c>list --json</c> prints them, newest first.</summary>
internal sealed record RunList(IReadOnlyList<RunSummary> Runs);

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
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<RunSummary> runs = await deployment.Runs.ListAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new RunList(runs), CliJson.Default.RunList));
            }
            else if (runs.Count == 0)
            {
                Console.WriteLine("No runs yet. Start one: orchestrator run TASK");
            }
            else
            {
                Print(runs);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static string NoteOf(RunSummary run) => run switch
    {
        { ProviderWait: not null } => " (waits for its provider)",
        { Result.CanResume: true } => " (can be resumed)",
        _ => string.Empty,
    };

    private static void Print(IReadOnlyList<RunSummary> runs)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("RUN", "STATUS", "TURNS", "COST", "SUBMITTED", "NAME");
        foreach (RunSummary run in runs)
        {
            table.AddRow(
                run.RunId,
                JsonNamingPolicy.CamelCase.ConvertName(run.Status.ToString()) + NoteOf(run),
                run.Turns.ToString(),
                Dollars.Of(run.CostUsd),
                run.SubmittedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm"),
                Markup.Escape(Running.Visible.Of(run.Name)));
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = short.MaxValue;
        }

        AnsiConsole.Write(table);
    }
}
