using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Listing;

/// <summary>One account as <c>budgets --json</c> prints it.</summary>
internal sealed record ListedBudget(string Account, string Period, decimal LimitUsd, decimal RaisedUsd, decimal SpentUsd, decimal ReservedUsd, decimal LeftUsd)
{
    public static ListedBudget Of(AccountBalance balance) => new(
        balance.Account.Name, balance.Account.Period, balance.Account.LimitUsd, balance.RaisedUsd, balance.SpentUsd, balance.ReservedUsd, balance.LeftUsd);
}

/// <summary>The accounts as <c>budgets --json</c> prints them.</summary>
internal sealed record BudgetList(IReadOnlyList<ListedBudget> Budgets);

/// <summary><c>budgets</c>: what requesters and teams have spent of what they may.</summary>
internal static class BudgetsVerb
{
    public static Command Create()
    {
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("budgets", "Show what requesters and teams have spent of what they may.") { data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<AccountBalance> balances = deployment is null
                ? []
                : await deployment.Services.GetRequiredService<Purse>().ReadAsync(Environment.UserName, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new BudgetList([.. balances.Select(ListedBudget.Of)]), CliJson.Default.BudgetList));
            }
            else if (balances.Count == 0)
            {
                Console.WriteLine($"No budgets are set. Name them under '{AccountOptions.Section}' in settings.json of the data folder.");
            }
            else
            {
                Print(balances);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(IReadOnlyList<AccountBalance> balances)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("ACCOUNT", "PERIOD", "LIMIT", "SPENT", "RESERVED", "LEFT");
        foreach (AccountBalance balance in balances)
        {
            table.AddRow(
                Markup.Escape(Visible.Of(balance.Account.Name)),
                balance.Account.Period,
                Dollars.Of(balance.LimitUsd) + (balance.RaisedUsd > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({Dollars.Of(balance.RaisedUsd)} granted)") : string.Empty),
                Dollars.Of(balance.SpentUsd),
                Dollars.Of(balance.ReservedUsd),
                Dollars.Of(balance.LeftUsd));
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = short.MaxValue;
        }

        AnsiConsole.Write(table);
    }
}
