using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Schedules;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Scheduling;

/// <summary><c>schedule set</c>, <c>list</c>, <c>show</c>, <c>pause</c>, <c>resume</c>, <c>remove</c>: tasks that are begun again and again.</summary>
internal static class ScheduleVerb
{
    private const int Shown = 50;

    public static Command Create() => new("schedule", "Have a task begun again and again by the clock of a place; show, pause and remove what is.")
    {
        CreateSet(),
        CreateList(),
        CreateShow(),
        CreateChange("pause", "Have nothing begin until it is resumed; what is due meanwhile is left out.", (schedules, id, token) => schedules.PauseAsync(id, Environment.UserName, token)),
        CreateChange("resume", "End a pause.", (schedules, id, token) => schedules.ResumeAsync(id, Environment.UserName, token)),
        CreateRemove(),
    };

    private static Argument<string> Name() => new("NAME") { Description = "What the schedule is called." };

    private static Command CreateSet()
    {
        var name = Name();
        var task = TaskInput.Task();
        var cron = new Option<string>("--cron")
        {
            Description = "When: minute, hour, day of month, month, day of week, as in '30 2 * * MON-FRI', or @daily.",
            HelpName = "CRON",
            Required = true,
        };
        var zone = new Option<string>("--zone")
        {
            Description = "Whose clock counts, as in Europe/Berlin.",
            HelpName = "ZONE",
            DefaultValueFactory = _ => TimeZoneInfo.Utc.Id,
        };
        var missed = new Option<MissedRuns>("--missed")
        {
            Description = "What becomes of what was due while nobody was there: left out, one run for all of it, or all of it.",
            DefaultValueFactory = _ => MissedRuns.Coalesce,
        };
        var overlap = new Option<OverlappingRuns>("--overlap")
        {
            Description = "What becomes of what is due while the run before it is under way: left out, it waits, or it is begun beside it.",
            DefaultValueFactory = _ => OverlappingRuns.Skip,
        };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("set", "Store a schedule, or change the one of that name. Its task is checked as if it were submitted now.") { name, task, cron, zone, missed, overlap, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(task)!;
            AgentTask read = await TaskInput.ReadAsync(path, model: null, cancellationToken);
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            TaskInput.Warn(read);
            var terms = new ScheduleTerms
            {
                Name = parsed.GetValue(name)!,
                Cron = parsed.GetValue(cron)!,
                Zone = parsed.GetValue(zone)!,
                Missed = parsed.GetValue(missed),
                Overlap = parsed.GetValue(overlap),
                Task = await File.ReadAllTextAsync(path, cancellationToken),
                TaskFile = Path.GetFullPath(path),
            };
            Schedule schedule = await StoreAsync(deployment, terms, cancellationToken);
            if (!await deployment.IsWorkedAsync(cancellationToken))
            {
                await Console.Error.WriteLineAsync($"Nobody works on {deployment.Data.Root}, so nothing begins. Start it: orchestrator serve{DataFolders.OptionFor(deployment.Data)}");
            }

            Tell(ScheduleView.Of(schedule, deployment.Services.GetRequiredService<TimeProvider>().GetUtcNow()), parsed.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<Schedule> StoreAsync(Deployment deployment, ScheduleTerms terms, CancellationToken cancellationToken)
    {
        try
        {
            return await deployment.Services.GetRequiredService<ScheduleBook>().SetAsync(AdmittedTask.LocalTenant, Environment.UserName, terms, cancellationToken);
        }
        catch (ScheduleException failure)
        {
            throw new BadInputException(failure.Message);
        }
    }

    private static Command CreateList()
    {
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("list", "List schedules, and when each is due next.") { data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<Schedule> schedules = deployment is null
                ? []
                : await deployment.Services.GetRequiredService<IScheduleStore>().ListAsync(tenant: null, cancellationToken);
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new ScheduleList([.. schedules.Select(one => ScheduleView.Of(one, now))]), CliJson.Default.ScheduleList));
                return ExitCode.Ok;
            }

            foreach (Schedule schedule in schedules)
            {
                Tell(ScheduleView.Of(schedule, now), json: false);
            }

            if (schedules.Count == 0)
            {
                Console.WriteLine("There are none; 'orchestrator schedule set NAME TASK --cron CRON' makes one.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var name = Name();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("show", "Show a schedule, and what became of what was due.") { name, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment deployment = await OpenAsync(parsed.GetValue(name)!, parsed.GetValue(data), cancellationToken);
            Schedule schedule = await FindAsync(deployment, parsed.GetValue(name)!, cancellationToken);
            IReadOnlyList<Occurrence> occurrences = await deployment.Services.GetRequiredService<IScheduleStore>().ListOccurrencesAsync(schedule.Id, Shown, cancellationToken);
            Tell(ScheduleView.Of(schedule, TimeProvider.System.GetUtcNow()) with { Occurrences = occurrences }, parsed.GetValue(json));
            foreach (Occurrence one in parsed.GetValue(json) ? [] : occurrences)
            {
                string count = one.Count > 1 ? $", {one.Count} times" : string.Empty;
                Console.WriteLine(Visible.Of($"  {one.DueAt.ToLocalTime():yyyy-MM-dd HH:mm}  {one.State.ToString().ToLowerInvariant()}{count}  {one.RunId ?? one.Reason}"));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateChange(string verb, string description, Func<IScheduleStore, string, CancellationToken, Task<bool>> change)
    {
        var name = Name();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command(verb, description) { name, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment deployment = await OpenAsync(parsed.GetValue(name)!, parsed.GetValue(data), cancellationToken);
            Schedule schedule = await FindAsync(deployment, parsed.GetValue(name)!, cancellationToken);
            await change(deployment.Services.GetRequiredService<IScheduleStore>(), schedule.Id, cancellationToken);
            schedule = await FindAsync(deployment, parsed.GetValue(name)!, cancellationToken);
            Tell(ScheduleView.Of(schedule, TimeProvider.System.GetUtcNow()), parsed.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateRemove()
    {
        var name = Name();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("remove", "End a schedule; its runs go on.") { name, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(name)!;
            await using Deployment deployment = await OpenAsync(wanted, parsed.GetValue(data), cancellationToken);
            Schedule schedule = await FindAsync(deployment, wanted, cancellationToken);
            await deployment.Services.GetRequiredService<IScheduleStore>().RemoveAsync(schedule.Id, Environment.UserName, cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(new RemovedSchedule(wanted), CliJson.Default.RemovedSchedule) : $"{wanted} is removed; its runs go on.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Task<Deployment> OpenAsync(string name, string? folder, CancellationToken cancellationToken) =>
        Deployment.OpenWithAsync($"schedule '{name}'", folder, cancellationToken);

    private static async Task<Schedule> FindAsync(Deployment deployment, string name, CancellationToken cancellationToken) =>
        await deployment.Services.GetRequiredService<IScheduleStore>().FindAsync(AdmittedTask.LocalTenant, name, cancellationToken)
        ?? throw new BadInputException($"There is no schedule '{name}'; 'orchestrator schedule list' shows those there are.");

    private static void Tell(ScheduleView schedule, bool json)
    {
        string next = schedule.PausedBy is { } person ? $"paused by {person}"
            : schedule.NextAt is { } at ? $"next {at.ToLocalTime():yyyy-MM-dd HH:mm}"
            : "never due again";
        Console.WriteLine(json
            ? JsonSerializer.Serialize(schedule, CliJson.Default.ScheduleView)
            : Visible.Of($"{schedule.Name}  {next}  '{schedule.Cron}' in {schedule.Zone}, by {schedule.Owner}"));
    }
}
