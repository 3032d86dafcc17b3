using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Notifying;

/// <summary><c>notifications list</c>, <c>notifications retry</c>, <c>notifications test</c>: what people were told, and what they could not be.</summary>
internal static class NotificationsVerb
{
    private const int Listed = 100;

    public static Command Create() =>
        new("notifications", "List what people were told and what waits; send again what was given up; try a channel.") { CreateList(), CreateRetry(), CreateTest() };

    private static Command CreateList()
    {
        var failed = new Option<bool>("--failed") { Description = "Only those that were given up." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("list", "List notifications, the newest first.") { failed, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<Notification> notifications = deployment is null
                ? []
                : await deployment.Services.GetRequiredService<INotificationStore>().ListAsync(parsed.GetValue(failed), Listed, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new NotificationList([.. notifications.Select(ListedNotification.Of)]), CliJson.Default.NotificationList));
            }
            else if (notifications.Count == 0)
            {
                Console.WriteLine(parsed.GetValue(failed) ? "None was given up." : $"There are none. Channels are named under '{NotificationOptions.Section}' in settings.json of the data folder.");
            }
            else
            {
                Print(notifications);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateRetry()
    {
        var id = new Argument<long>("ID") { Description = "The notification's number, as 'notifications list --failed' shows it." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("retry", "Have a notification that was given up sent again, by whoever does the work of the data folder.") { id, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            long number = parsed.GetValue(id);
            await using Deployment deployment = await Deployment.OpenWithAsync($"notification {number}", parsed.GetValue(data), cancellationToken);
            if (!await deployment.Services.GetRequiredService<INotificationStore>().RetryAsync(number, cancellationToken))
            {
                throw new BadInputException($"There is no notification {number} that was given up; 'orchestrator notifications list --failed' shows those there are.");
            }

            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(new RetriedNotification(number), CliJson.Default.RetriedNotification) : $"notification {number} waits to be sent");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateTest()
    {
        var name = new Argument<string>("CHANNEL") { Description = "The channel's name in settings.json." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("test", "Send a message by a channel, at once, to the channel's own address.") { name, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            Channels channels = deployment.Services.GetRequiredService<Channels>();
            Channel channel = channels.Find(parsed.GetValue(name)!) ?? throw new BadInputException(
                $"There is no channel '{parsed.GetValue(name)}'; settings.json names {(channels.All.Count == 0 ? "none" : string.Join(", ", channels.All.Select(one => one.Name)))}.");
            Letter letter = TestLetter(channel, deployment.Services.GetRequiredService<TimeProvider>().GetUtcNow());
            try
            {
                await deployment.Services.GetRequiredService<INotificationSender>().SendAsync(channel, letter, cancellationToken);
            }
            catch (SendException failure)
            {
                throw new EnvironmentException($"Channel {channel.Name} took nothing: {failure.Message}");
            }

            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(new TestedChannel(channel.Name, letter.Key), CliJson.Default.TestedChannel) : $"channel {channel.Name} took a message");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Letter TestLetter(Channel channel, DateTimeOffset now)
    {
        string key = Guid.NewGuid().ToString("N");
        var notice = new Notice($"test:{key}", NoticeKind.RunFinished, AdmittedTask.LocalTenant, "test", null, now);
        return new Letter(
            key, channel.To is [var first, ..] ? first : string.Empty, "Orchestrator: a test", now, [new Passage(notice, "Orchestrator: a test", [$"Channel {channel.Name} works."], null)]);
    }

    private static void Print(IReadOnlyList<Notification> notifications)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("ID", "EVENT", "ABOUT", "CHANNEL", "TO", "STATE", "TRIES", "DUE", "FAILURE");
        foreach (Notification one in notifications)
        {
            table.AddRow(
                $"{one.Id}",
                one.Notice.Kind.Word(),
                Markup.Escape(Visible.Of(one.Notice.ApprovalId ?? one.Notice.RunId)),
                Markup.Escape(one.Channel),
                Markup.Escape(Visible.Of(one.Recipient)),
                one.State.ToString().ToLowerInvariant(),
                $"{one.Attempts}",
                one.State == NotificationState.Waiting ? one.DueAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss") : string.Empty,
                Markup.Escape(Visible.Of(one.Failure ?? string.Empty)));
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = short.MaxValue;
        }

        AnsiConsole.Write(table);
    }
}
