using System.CommandLine;
using System.Text.Json;
using Orchestrator.Benchmarks.Durable.Hubs;
using Orchestrator.Benchmarks.Reports;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Benchmarks.Durable.Parking;

/// <summary>A round in a process of its own: none finds memory that an earlier one left.</summary>
internal static class ParkedRoundProcess
{
    private const string Verb = "parked-round";

    /// <param name="folder">Empty; what the agents store goes there.</param>
    public static async Task<ParkedRound> RunAsync(ParkedSettings settings, bool isFloor, string folder, CancellationToken cancellationToken)
    {
        string json = folder + ".json";
        IEnumerable<string> arguments =
        [
            Verb,
            "--agents", $"{settings.Agents}",
            "--one-by-one", $"{settings.OneByOne}",
            "--hub", $"{settings.Hub}",
            "--floor", $"{isFloor}",
            "--folder", folder,
            "--json", json,
        ];
        (ChildProcess process, _) = await ChildProcess.StartAsync(Workloads.Executable, arguments, cancellationToken);
        await process.DisposeAsync();
        return JsonSerializer.Deserialize(await File.ReadAllTextAsync(json, cancellationToken), BenchmarkJson.Default.ParkedRound)!;
    }

    /// <summary>What the process runs: it says an empty line when the report is written.</summary>
    public static Command CreateVerb()
    {
        var agents = new Option<int>("--agents");
        var oneByOne = new Option<int>("--one-by-one");
        var hub = new Option<HubPlace>("--hub");
        var isFloor = new Option<bool>("--floor");
        var folder = new Option<string>("--folder") { Required = true };
        var json = new Option<string>("--json") { Required = true };
        var command = new Command(Verb) { agents, oneByOne, hub, isFloor, folder, json };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = new ParkedSettings(parsed.GetValue(agents), parsed.GetValue(oneByOne), parsed.GetValue(hub));
            string stored = parsed.GetValue(folder)!;
            await using ParkedAgents parked = parsed.GetValue(isFloor)
                ? new ParkedOnFloor(settings.Agents + settings.WarmUp, stored)
                : await ParkedOnHub.StartAsync(settings, stored, cancellationToken);
            ParkedRound round = await ParkedRound.MeasureAsync(parked, settings, stored, cancellationToken);
            await ReportFile.SaveAsync(round, BenchmarkJson.Default.ParkedRound, parsed.GetValue(json), cancellationToken);
            Console.WriteLine();
        });
        return command;
    }
}
