using System.CommandLine;
using Orchestrator.Agent.Models;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Models;

/// <summary><c>model replay</c>: what it takes to build and send a long conversation.</summary>
internal static class ReplayCommand
{
    private const string Name = "replay";

    public static Command Create()
    {
        var bytes = RunOptions.Number("--bytes", "Bytes of the conversation.", 1024 * 1024, least: 1024);
        var calls = RunOptions.Number("--calls", "How often it is sent in a round, in each dialect.", 200);
        var warmUp = RunOptions.Number("--warm-up", "Calls that go before, unmeasured.", 100, least: 0);
        var run = new RunOptions();
        var command = new Command(Name, "Build and send a long conversation, in each dialect: milliseconds and allocated bytes a call.") { bytes, calls, warmUp };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            Machine machine = Machine.Here(folder.FileSystem);
            int length = parsed.GetValue(bytes);
            await using ReplayEndpoint endpoint = await ReplayEndpoint.StartAsync(cancellationToken);
            await using var replay = new ModelReplay(endpoint, parsed.GetValue(calls), parsed.GetValue(warmUp));
            var rounds = new List<ReplayRound>();
            for (int round = 1; round <= parsed.GetValue(run.Rounds); round++)
            {
                foreach (Dialect dialect in Enum.GetValues<Dialect>())
                {
                    rounds.Add(await replay.RunAsync(dialect, length, cancellationToken));
                }
            }

            int entries = ReplayConversation.Of(new Origin(Dialect.Responses, "gpt-5.5"), length).Count;
            var report = new ReplayReport($"model {Name}", machine, length, entries, parsed.GetValue(calls), rounds);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.ReplayReport, parsed.GetValue(run.Json), cancellationToken);
            Print(report);
        });
        return command;
    }

    private static void Print(ReplayReport report)
    {
        Console.WriteLine($"{report.Workload} on {report.Machine}: {report.Bytes:N0} bytes, {report.Entries} entries");
        foreach (ReplayRound round in report.Rounds)
        {
            Console.WriteLine(
                $"{round.Dialect}: ms a call: min {round.Ms.Min:F1} median {round.Ms.Median:F1} p95 {round.Ms.P95:F1} (CPU {round.CpuMs:F1}); "
                + $"{round.AllocatedBytes / 1024.0:F1} KiB allocated; floor {round.FloorMs.Median:F1} ms, {round.FloorAllocatedBytes / 1024.0:F1} KiB; {round.SentBytes:N0} bytes sent");
        }
    }
}
