using System.CommandLine;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Snapshots;

/// <summary><c>snapshots</c>: what keeping a large workspace's files behind a call takes.</summary>
internal static class SnapshotCommand
{
    private const string Name = "snapshots";

    public static Command Create()
    {
        var files = RunOptions.Number("--files", "Files of the tree.", 30_000);
        var changed = RunOptions.Number("--changed", "Files that change between two snapshots.", 10);
        var run = new RunOptions();
        var command = new Command(Name, "Keep a large workspace's files: seconds and bytes, at first, unchanged, with changes, and back.") { files, changed };
        run.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var folder = WorkFolder.Create(parsed.GetValue(run.Folder));
            Machine machine = Machine.Here(folder.FileSystem);
            using var trees = new SnapshotTrees(folder.Path, parsed.GetValue(files), parsed.GetValue(changed));
            var rounds = new List<SnapshotRound>();
            for (int round = 1; round <= parsed.GetValue(run.Rounds); round++)
            {
                rounds.Add(await trees.RunAsync(round, cancellationToken));
            }

            var report = new SnapshotReport(Name, machine, parsed.GetValue(files), parsed.GetValue(changed), rounds);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.SnapshotReport, parsed.GetValue(run.Json), cancellationToken);
            Print(report);
        });
        return command;
    }

    private static void Print(SnapshotReport report)
    {
        Console.WriteLine($"{report.Workload} on {report.Machine}: {report.Files:N0} files, {report.Changed} change");
        foreach (SnapshotRound round in report.Rounds)
        {
            Console.WriteLine(
                $"first {round.First:F2} s ({round.FirstStoredBytes / 1048576.0:F1} MiB stored), same {round.Same:F2} s, next {round.Next:F2} s "
                + $"({round.NextStoredBytes:N0} bytes stored for {round.ChangedBytes:N0} changed, {round.StoredShare:F2} x), back {round.Back:F2} s, "
                + $"fresh {round.Fresh:F2} s; git add: first {round.GitFirst:F2} s, same {round.GitSame:F2} s, next {round.GitNext:F2} s");
        }
    }
}
