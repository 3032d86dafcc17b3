using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Listing;

/// <summary><c>cost RUN</c>: what a run's dollars went to.</summary>
internal static class CostVerb
{
    public static Command Create()
    {
        var run = Verb.Run();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("cost", "Show what a run's dollars went to: turns, tools, compactions, sub-agents.") { run, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(run)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"run '{wanted}'", parsed.GetValue(data), cancellationToken);
            RunSummary summary = await deployment.FindRunAsync(wanted, cancellationToken);
            CostBreakdown cost = CostBreakdown.Of(
                await deployment.Services.GetRequiredService<IReplyStore>().ListAsync(summary.RunId, cancellationToken),
                await deployment.Services.GetRequiredService<ICompactionStore>().ListAsync(summary.RunId, cancellationToken),
                summary.Lost,
                await deployment.Runs.ListSubAgentsAsync(summary.RunId, effect: null, cancellationToken));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(cost, CliJson.Default.CostBreakdown));
                return ExitCode.Ok;
            }

            if (Console.IsOutputRedirected)
            {
                AnsiConsole.Profile.Width = short.MaxValue;
            }

            AnsiConsole.Write(TurnsOf(cost));
            Console.WriteLine();
            AnsiConsole.Write(PartsOf(cost));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Table TurnsOf(CostBreakdown cost)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("TURN", "INPUT", "CACHED", "OUTPUT", "COST", "CALLS", "MODEL");
        foreach (TurnCost turn in cost.Turns)
        {
            table.AddRow(
                $"{turn.Turn}",
                $"{turn.Usage.InputTokens}",
                $"{turn.Usage.CachedInputTokens}",
                $"{turn.Usage.OutputTokens}",
                Dollars.Of(turn.CostUsd),
                Shown(turn.Tools.Count == 0 ? CostBreakdown.NoTool : string.Join(", ", turn.Tools)),
                Shown(turn.Model));
        }

        return table;
    }

    private static Table PartsOf(CostBreakdown cost)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("WENT TO", "CALLS", "COST");
        foreach (ToolCost tool in cost.Tools)
        {
            table.AddRow(Shown(tool.Tool), $"{tool.Calls}", Dollars.Of(tool.CostUsd));
        }

        foreach (SubAgentCost agent in cost.SubAgents)
        {
            table.AddRow(Shown($"sub-agent {agent.Name} ({agent.RunId})"), string.Empty, Dollars.Of(agent.CostUsd));
        }

        return table
            .AddRow("lost answers", string.Empty, Dollars.Of(cost.LostUsd))
            .AddRow("compactions", string.Empty, Dollars.Of(cost.CompactionsUsd))
            .AddRow("together", string.Empty, Dollars.Of(cost.CostUsd));
    }

    private static string Shown(string text) => Markup.Escape(Visible.Of(text));
}
