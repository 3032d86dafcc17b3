using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Listing;

/// <summary>The compactions of a run as <c>compactions RUN --json</c> prints them, in order.</summary>
internal sealed record CompactionList(IReadOnlyList<ListedCompaction> Compactions);

/// <summary>An undone compaction as <c>compactions undo --json</c> prints it.</summary>
/// <param name="InUse">The compaction that is in use now; null where the full conversation is shown again.</param>
internal sealed record UndoneCompaction(string RunId, int Number, CompactionState State, int? InUse);

/// <summary><c>compactions RUN</c>, <c>compactions show RUN N</c>, <c>compactions undo RUN N</c>: what was made shorter, how, and back again.</summary>
internal static class CompactionsVerb
{
    public static Command Create()
    {
        var run = Verb.Run();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("compactions", "List how a run's conversation was made shorter; show or undo one of those.")
        {
            run, data, json, CreateShow(), CreateUndo(),
        };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            (Deployment deployment, RunSummary summary) = await OpenAsync(parsed.GetValue(run)!, parsed.GetValue(data), cancellationToken);
            await using Deployment opened = deployment;
            IReadOnlyList<Compaction> compactions = await Store(deployment).ListAsync(summary.RunId, cancellationToken);
            if (parsed.GetValue(json))
            {
                var list = new CompactionList([.. compactions.Select(ListedCompaction.Of)]);
                Console.WriteLine(JsonSerializer.Serialize(list, CliJson.Default.CompactionList));
            }
            else
            {
                Print(compactions);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var run = Verb.Run();
        var number = Number();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("show", "Show what a compaction kept, its summary, and what it changed of what the model is shown.") { run, number, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            (Deployment deployment, RunSummary summary) = await OpenAsync(parsed.GetValue(run)!, parsed.GetValue(data), cancellationToken);
            await using Deployment opened = deployment;
            IReadOnlyList<Compaction> compactions = await Store(deployment).ListAsync(summary.RunId, cancellationToken);
            Compaction wanted = compactions.FirstOrDefault(compaction => compaction.Number == parsed.GetValue(number))
                ?? throw new BadInputException($"Run {summary.RunId} has no compaction {parsed.GetValue(number)}; 'orchestrator compactions {summary.RunId}' lists those there are.");
            IReadOnlyList<TranscriptEntry> transcript = await deployment.Services.GetRequiredService<ITranscriptStore>().ReadAsync(summary.RunId, cancellationToken);
            var shown = ShownCompaction.Of(transcript, wanted, compactions);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(shown, CliJson.Default.ShownCompaction));
            }
            else
            {
                shown.Print();
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateUndo()
    {
        var run = Verb.Run();
        var number = Number();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("undo", "Have the next turn be shown what a compaction was made from: the full conversation, or an earlier compaction of it.") { run, number, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            (Deployment deployment, RunSummary summary) = await OpenAsync(parsed.GetValue(run)!, parsed.GetValue(data), cancellationToken);
            await using Deployment opened = deployment;
            int wanted = parsed.GetValue(number);
            if (await deployment.Services.GetRequiredService<UndoCompaction>().TryAsync(summary.RunId, wanted, Environment.UserName, cancellationToken) is { } refusal)
            {
                throw new BadInputException(refusal);
            }

            int? inUse = (await Store(deployment).FindAsync(summary.RunId, wanted, cancellationToken))!.Basis;
            var undone = new UndoneCompaction(summary.RunId, wanted, CompactionState.Undone, inUse);
            string seen = inUse is { } earlier
                ? $"sees it through compaction {earlier} again; undo that too to have it see the full conversation"
                : "sees the full conversation";
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(undone, CliJson.Default.UndoneCompaction)
                : $"Compaction {wanted} is undone: the next turn of {summary.RunId} that has not been asked for yet {seen}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Argument<int> Number() => new("N") { Description = "The compaction's number." };

    private static async Task<(Deployment Deployment, RunSummary Run)> OpenAsync(string wanted, string? data, CancellationToken cancellationToken)
    {
        Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", data, cancellationToken);
        return (deployment, await deployment.FindRunAsync(wanted, cancellationToken));
    }

    private static ICompactionStore Store(Deployment deployment) => deployment.Services.GetRequiredService<ICompactionStore>();

    private static void Print(IReadOnlyList<Compaction> compactions)
    {
        if (compactions.Count == 0)
        {
            Console.WriteLine("The conversation was never made shorter.");
            return;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("N", "AFTER TURN", "STATE", "TURNS", "COST", "WHAT");
        foreach (Compaction compaction in compactions)
        {
            table.AddRow(
                compaction.Number.ToString(),
                compaction.Turn.ToString(),
                compaction.State.ToString().ToLowerInvariant(),
                compaction.Replacement is { } replacement ? $"1-{replacement.Through}" : "-",
                Dollars.Of(compaction.CostUsd),
                Markup.Escape(Visible.Of(compaction.Failure ?? (compaction.Replacement is null ? "it is being made" : compaction.Saving))));
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = short.MaxValue;
        }

        AnsiConsole.Write(table);
    }
}
