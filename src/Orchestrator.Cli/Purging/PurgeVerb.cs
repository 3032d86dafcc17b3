using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Purging;

/// <summary><c>purge</c>: removes all that runs have left which are over, but for the audit and the record that they were.</summary>
internal static class PurgeVerb
{
    public static Command Create()
    {
        var age = new Option<string?>("--older-than") { Description = "Purge the runs that ended longer ago, as in 30d or 12h.", HelpName = "AGE" };
        var only = new Option<string?>("--run") { Description = "Purge this run, however long ago it ended.", HelpName = "RUN" };
        var dry = new Option<bool>("--dry-run") { Description = "Say what would be purged, and purge nothing." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("purge", "Remove all that is kept of runs that are over, but for the audit: history, transcript, files, results.")
        {
            age, only, dry, data, json,
        };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string? run = parsed.GetValue(only);
            TimeSpan? past = parsed.GetValue(age) is { } text ? PurgeAge.Read(text) : null;
            if (run is null == past is null)
            {
                throw new BadInputException("Say which runs: --older-than AGE, as in 30d, or --run RUN.");
            }

            await using Deployment deployment = await Deployment.OpenWithAsync(run is null ? "run to purge" : $"run '{run}'", parsed.GetValue(data), cancellationToken);
            bool isRehearsal = parsed.GetValue(dry);
            IReadOnlyList<string> wanted = run is null ? await DueAsync(deployment, past!.Value, cancellationToken) : [(await deployment.FindListedRunAsync(run, cancellationToken)).RunId];
            IReadOnlyList<ReportedPurge> purges = await PurgeAsync(deployment, wanted, isRehearsal, run is not null, cancellationToken);
            Print(new PurgeReport(isRehearsal, purges), parsed.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Task<IReadOnlyList<string>> DueAsync(Deployment deployment, TimeSpan past, CancellationToken cancellationToken) =>
        deployment.Services.GetRequiredService<IPurgeStore>().ListDueAsync(TimeProvider.System.GetUtcNow() - past, int.MaxValue, cancellationToken);

    /// <summary>One that is asked for by its name is refused by an error, if something needs it.</summary>
    private static async Task<IReadOnlyList<ReportedPurge>> PurgeAsync(
        Deployment deployment, IReadOnlyList<string> runs, bool isRehearsal, bool isNamed, CancellationToken cancellationToken)
    {
        IPurgeStore store = deployment.Services.GetRequiredService<IPurgeStore>();
        List<ReportedPurge> reported = [];
        foreach (string run in runs)
        {
            PurgeRuling ruling = isRehearsal
                ? await store.LookAsync(run, cancellationToken)
                : await store.BeginAsync(run, Environment.UserName, isNamed ? "asked for by its name" : "asked for by its age", cancellationToken);
            reported.Add(ruling switch
            {
                PurgeRuling.Needed needed when isNamed => throw new BadInputException(needed.Why),
                PurgeRuling.Needed needed => new ReportedPurge(run, PurgeState.Kept, needed.Why),
                PurgeRuling.Busy busy when isNamed => throw new EnvironmentException(busy.Why),
                PurgeRuling.Busy busy => new ReportedPurge(run, PurgeState.Kept, busy.Why),
                PurgeRuling.Free when isRehearsal => new ReportedPurge(run, PurgeState.Due, null),
                PurgeRuling.Free or PurgeRuling.Begun => new ReportedPurge(run, PurgeState.Purged, null),
            });
        }

        // Those that a process has begun and not finished, too.
        string? rest = isRehearsal ? null : await PurgeWork.FinishAsync(deployment, cancellationToken);
        HashSet<string> begun = [.. await store.ListBegunAsync(cancellationToken)];
        return [.. reported.Select(one => one.State == PurgeState.Purged && begun.Contains(one.RunId) ? one with { State = PurgeState.Begun, Reason = rest } : one)];
    }

    private static void Print(PurgeReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.PurgeReport));
            return;
        }

        if (report.Runs.Count == 0)
        {
            Console.WriteLine("No run is old enough.");
        }

        foreach (ReportedPurge one in report.Runs)
        {
            string words = one.State switch
            {
                PurgeState.Due => "would be purged",
                PurgeState.Purged => "purged",
                PurgeState.Begun => "is being purged",
                PurgeState.Kept => "kept",
            };
            Console.WriteLine(Visible.Of($"{one.RunId} {words}{(one.Reason is null ? string.Empty : $": {one.Reason}")}"));
        }
    }
}
