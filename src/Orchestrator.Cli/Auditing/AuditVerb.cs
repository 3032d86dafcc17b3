using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Spectre.Console;

namespace Orchestrator.Cli.Auditing;

/// <summary>The newest entries as <c>audit --json</c> prints them, newest first.</summary>
internal sealed record AuditList(IReadOnlyList<AuditEntry> Entries);

/// <summary><c>audit</c>, <c>audit export</c>, <c>audit verify</c>: who did what, and whether that was changed since.</summary>
internal static class AuditVerb
{
    private const int ListedByDefault = 50;

    public static Command Create()
    {
        var run = RunOption();
        var count = new Option<int>("--count") { Description = "How many entries.", DefaultValueFactory = _ => ListedByDefault };
        count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 10_000)
            {
                result.AddError("--count takes a number from 1 to 10000; 'orchestrator audit export' writes all.");
            }
        });
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("audit", "List who did what, newest first; export it, or verify that nothing in it was changed.")
        {
            run, count, data, json, CreateExport(), AuditVerifyVerb.Create(),
        };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<AuditEntry> entries = deployment is null
                ? []
                : await Store(deployment).ReadNewestAsync(null, parsed.GetValue(run), parsed.GetValue(count), cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new AuditList(entries), CliJson.Default.AuditList));
            }
            else
            {
                Print(entries);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    internal static IAuditStore Store(Deployment deployment) => deployment.Services.GetRequiredService<IAuditStore>();

    private static Command CreateExport()
    {
        var run = RunOption();
        var output = new Option<string?>("--out") { Description = "The file to write. Default: standard output.", HelpName = "FILE" };
        var data = Verb.Data();
        var command = new Command("export", "Write all entries in their order, each as a line of JSON; 'audit verify --file' checks such a file.") { run, output, data };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            await using Stream target = parsed.GetValue(output) is { } path ? AuditFile.Create(path) : Console.OpenStandardOutput();
            long written = deployment is null ? 0 : await AuditFile.WriteAsync(target, Store(deployment), parsed.GetValue(run), cancellationToken);
            await Console.Error.WriteLineAsync($"{written} entries");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Option<string?> RunOption() => new("--run") { Description = "Only what concerns this run.", HelpName = "RUN" };

    private static void Print(IReadOnlyList<AuditEntry> entries)
    {
        if (entries.Count == 0)
        {
            Console.WriteLine("Nothing was written down yet.");
            return;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("N", "AT", "WHO", "DID", "TO", "DETAILS");
        foreach (AuditEntry entry in entries)
        {
            table.AddRow(
                entry.Sequence.ToString(),
                entry.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss"),
                Markup.Escape(Visible.Of(entry.Act.Actor)),
                entry.Act.Kind.ToString(),
                Markup.Escape(Visible.Of(entry.Act.Target)),
                Markup.Escape(Visible.Of(entry.Act.Details)));
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = short.MaxValue;
        }

        AnsiConsole.Write(table);
    }
}
