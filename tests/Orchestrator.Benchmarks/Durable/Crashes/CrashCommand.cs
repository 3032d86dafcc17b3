using System.CommandLine;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary><c>durable crash</c>: what is lost, repeated and delayed when worker and hub are killed.</summary>
internal static class CrashCommand
{
    private const string Name = "crash";

    public static Command Create()
    {
        var agents = RunOptions.Number("--agents", "How many agents run at once.", 50);
        var iterations = RunOptions.Number("--iterations", "How many iterations each agent takes.", 40);
        var generation = RunOptions.Number("--generation", "After how many iterations an agent continues as new.", 20);
        var run = new RunOptions();
        var command = new Command(Name, "kill -9 the worker, then the hub, in the middle of the work.") { agents, iterations, generation };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = new CrashSettings(parsed.GetValue(agents), parsed.GetValue(iterations), parsed.GetValue(generation));
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            Machine machine = Machine.Here(folder.FileSystem);
            var rounds = new List<CrashPair>();
            for (int round = 1; round <= parsed.GetValue(run.Rounds); round++)
            {
                rounds.Add(new CrashPair(
                    await CrashOnHub.RunAsync(settings, folder.Subfolder($"{round}-hub"), cancellationToken),
                    await CrashOnFloor.RunAsync(settings, folder.Subfolder($"{round}-floor"), cancellationToken)));
            }

            var report = new CrashReport(Name, machine, settings, rounds);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.CrashReport, parsed.GetValue(run.Json), cancellationToken);
            CrashText.Print(report);
        });
        return command;
    }
}
