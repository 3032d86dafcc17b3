using System.CommandLine;
using Orchestrator.Benchmarks.Durable.Hubs;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable.Parking;

/// <summary><c>durable parked</c>: what agents hold that wait for a person, and how soon they go on.</summary>
internal static class ParkedCommand
{
    private const string Name = "parked";

    private const int OneByOne = 100;

    public static Command Create()
    {
        var agents = RunOptions.Number("--agents", "How many agents wait, at least two.", 1000, least: 2);
        var hub = MeasuredHub.Option();
        var run = new RunOptions();
        var command = new Command(Name, "Agents that wait for an approval: their memory, and from decision to resume.") { agents, hub };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            int count = parsed.GetValue(agents);
            var settings = new ParkedSettings(count, Math.Min(OneByOne, count / 2), parsed.GetValue(hub));
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            Machine machine = Machine.Here(folder.FileSystem);
            var rounds = new List<ParkedPair>();
            for (int round = 1; round <= parsed.GetValue(run.Rounds); round++)
            {
                rounds.Add(new ParkedPair(
                    await ParkedRoundProcess.RunAsync(settings, isFloor: false, folder.Subfolder($"{round}-hub"), cancellationToken),
                    await ParkedRoundProcess.RunAsync(settings, isFloor: true, folder.Subfolder($"{round}-floor"), cancellationToken)));
            }

            var report = new ParkedReport(Name, machine, settings, rounds, ParkedSummary.Of(rounds));
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.ParkedReport, parsed.GetValue(run.Json), cancellationToken);
            ParkedText.Print(report);
        });
        return command;
    }
}
