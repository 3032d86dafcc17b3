using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Intake;

/// <summary><c>intake</c>, <c>intake retry</c>: what ticket systems have sent, and what has become of it.</summary>
internal static class IntakeVerb
{
    private const int Listed = 100;

    public static Command Create()
    {
        var state = new Option<DeliveryState?>("--state") { Description = "Only those that stand so: queued, started, ignored, refused, failed." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("intake", "List what ticket systems have sent, the newest first, and the runs that came of it.") { state, data, json, CreateRetry() };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<IntakeDelivery> deliveries = deployment is null
                ? []
                : (await deployment.Services.GetRequiredService<IIntakeStore>().SearchAsync(new DeliveryQuery { State = parsed.GetValue(state), Limit = Listed }, cancellationToken)).Deliveries;
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new DeliveryList([.. deliveries.Select(DeliveryView.Of)]), CliJson.Default.DeliveryList));
            }
            else if (deliveries.Count == 0)
            {
                Console.WriteLine($"There are none. Sources of tickets are named under '{IntakeOptions.Section}' in settings.json of the data folder.");
            }
            else
            {
                Print(deliveries);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateRetry()
    {
        var id = new Argument<long>("ID") { Description = "The delivery's number, as 'intake --state failed' shows it." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("retry", "Have a delivery that was given up tried again, by whoever does the work of the data folder.") { id, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            long number = parsed.GetValue(id);
            await using Deployment deployment = await Deployment.OpenWithAsync($"delivery {number}", parsed.GetValue(data), cancellationToken);
            if (!await deployment.Services.GetRequiredService<IIntakeStore>().RetryAsync(number, Environment.UserName, cancellationToken))
            {
                throw new BadInputException($"There is no delivery {number} that was given up; 'orchestrator intake --state failed' shows those there are.");
            }

            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(new RetriedDelivery(number), CliJson.Default.RetriedDelivery) : $"delivery {number} waits to be tried");
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(IReadOnlyList<IntakeDelivery> deliveries)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("ID", "SOURCE", "EVENT", "TICKET", "STATE", "RUN", "TRIES", "RECEIVED", "REASON");
        foreach (IntakeDelivery one in deliveries)
        {
            table.AddRow(
                $"{one.Id}",
                Markup.Escape(one.Source),
                Markup.Escape(Visible.Of(one.Event)),
                Markup.Escape(Visible.Of(one.TicketKey ?? string.Empty)),
                one.State.ToString().ToLowerInvariant(),
                Markup.Escape(one.RunId ?? string.Empty),
                $"{one.Attempts}",
                one.ReceivedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss"),
                Markup.Escape(Visible.Of(one.Reason ?? string.Empty)));
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = short.MaxValue;
        }

        AnsiConsole.Write(table);
    }
}
