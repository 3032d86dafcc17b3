using System.Diagnostics;
using System.Text.Json;
using Xunit.Abstractions;

namespace Orchestrator.Cli.Tests.Backups;

/// <summary>A data folder is copied while runs are under way in it, is restored somewhere else, and the runs go on there.</summary>
public sealed class BackupVerbTests(ITestOutputHelper output)
{
    private const int Calls = 5;
    private const int ManyCalls = 20;

    /// <summary>The call that waits until all backups are taken.</summary>
    private const int Gate = 17;

    private const int Backups = 3;

    [Fact]
    public async Task Run_in_the_midst_of_a_command_goes_on_elsewhere_from_its_newest_snapshot()
    {
        using ExampleFolder example = await LineRuns.LinesAsync(Calls, LineRuns.Held());
        using OrchestratorProcess original = example.Start("run", example.Task, "--json");
        string effect = await LineRuns.UnderWayAsync(example, LineRuns.Slow);

        string backup = await BackUpAsync(example, "backup");

        await LineRuns.EndAsync(original, effect);
        Directory.Move(example.Data, example.Data + "-lost");
        string restored = await RestoreAsync(example, backup);
        string run = Path.GetFileName(Path.GetDirectoryName(effect))!;
        Assert.False(Directory.Exists(Path.Combine(restored, "effects")));
        Assert.Equal([$"{run}.git", $"{run}.snapshots"], Directory.EnumerateDirectories(Path.Combine(restored, "workspaces")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using OrchestratorProcess resumed = await OrchestratorProcess.RunAsync(["resume", run, "--json", "--data", restored]);
        Assert.True(resumed.ExitCode == 0, resumed.Output + resumed.Error);
        Assert.Contains($"files restored to snapshot ", resumed.Error, StringComparison.Ordinal);
        Assert.Contains($"(after call {LineRuns.Slow - 1:D6}/001)", resumed.Error, StringComparison.Ordinal);
        await LineRuns.IsSoundAsync(restored);
        using OrchestratorProcess patch = await OrchestratorProcess.RunAsync(["patch", run, "--data", restored]);
        Assert.Equal(Enumerable.Range(1, Calls).Select(line => $"+{line}"), patch.Output.Split('\n').Where(line => line.Length == 2 && line[0] == '+'));
    }

    [Fact]
    public async Task Backups_taken_again_and_again_beside_a_run_are_each_whole()
    {
        using ExampleFolder example = await LineRuns.LinesAsync(ManyCalls, LineRuns.QuickButOne(Gate));
        using OrchestratorProcess original = example.Start("run", example.Task, "--json");
        string effect = await LineRuns.UnderWayAsync(example, 1);
        string run = Path.GetFileName(Path.GetDirectoryName(effect))!;
        var turns = new List<int>();
        for (int number = 1; number <= Backups; number++)
        {
            await LineRuns.UnderWayAsync(example, number * 5);
            await BackUpAsync(example, $"backup-{number}");
        }

        await LineRuns.LetGoAsync(example.Data, run);
        await original.EndsWithinAsync(TimeSpan.FromMinutes(5));
        Assert.True(original.ExitCode == 0, original.Error);
        Directory.Move(example.Data, example.Data + "-lost");

        for (int number = 1; number <= Backups; number++)
        {
            string restored = await RestoreAsync(example, Path.Combine(example.Path, $"backup-{number}"));
            using OrchestratorProcess shown = await OrchestratorProcess.RunAsync(["show", run, "--json", "--data", restored]);
            JsonElement before = shown.Json.GetProperty("run");
            Assert.Equal("running", before.GetProperty("status").GetString());
            turns.Add(before.GetProperty("turns").GetInt32());
            using OrchestratorProcess resumed = OrchestratorProcess.Start(["resume", run, "--json", "--data", restored]);
            await LineRuns.LetGoAsync(restored, run);
            Assert.True(await resumed.EndsWithinAsync(TimeSpan.FromMinutes(5)));
            Assert.True(resumed.ExitCode == 0, resumed.Output + resumed.Error);
            await LineRuns.IsSoundAsync(restored);
        }

        output.WriteLine($"backed up at turns {string.Join(", ", turns)}");
        Assert.True(turns.SequenceEqual(turns.Distinct().Order()) && turns[0] >= 5 && turns[^1] <= Gate, $"{string.Join(", ", turns)}");
    }

    [Fact]
    public async Task Run_that_had_ended_has_its_patch_and_can_be_forked_elsewhere()
    {
        using ExampleFolder example = await LineRuns.LinesAsync(2, LineRuns.Quick());
        using OrchestratorProcess original = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(original.ExitCode == 0, original.Error);
        string run = original.Json.GetProperty("runId").GetString()!;
        string backup = await BackUpAsync(example, "backup");
        Directory.Move(example.Data, example.Data + "-lost");

        // As people do without the verb.
        string restored = Path.Combine(example.Path, "copied");
        using Process copy = Process.Start("cp", ["-a", backup, restored]);
        await copy.WaitForExitAsync();

        using OrchestratorProcess patch = await OrchestratorProcess.RunAsync(["patch", run, "--data", restored]);
        Assert.Contains("+2", patch.Output, StringComparison.Ordinal);
        using OrchestratorProcess shown = await OrchestratorProcess.RunAsync(["show", run, "--json", "--data", restored]);
        Assert.Equal(Path.Combine(restored, "results", run, "report.md"), shown.Json.GetProperty("run").GetProperty("result").GetProperty("report").GetString());
        using OrchestratorProcess forked = await OrchestratorProcess.RunAsync(["fork", run, "--turn", "1", "--json", "--data", restored]);
        Assert.True(forked.ExitCode == 0, forked.Error);
        using OrchestratorProcess resumed = await OrchestratorProcess.RunAsync(["resume", forked.Json.GetProperty("runId").GetString()!, "--json", "--data", restored]);
        Assert.True(resumed.ExitCode == 0, resumed.Output + resumed.Error);
        Assert.True(File.Exists(Path.Combine(restored, "restored.json")));
        Assert.False(File.Exists(Path.Combine(restored, "backup.json")));
    }

    [Fact]
    public async Task Hub_alone_is_backed_up_beside_its_workers_and_brings_its_histories_back()
    {
        using ExampleFolder example = await LineRuns.LinesAsync(2, LineRuns.Quick());
        string folder = Path.Combine(example.Path, "hub");
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", folder]);
        using OrchestratorProcess worker = example.Start("worker", "--hub", await hub.HubAddressAsync());
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(run.ExitCode == 0, run.Error);

        using OrchestratorProcess taken = await OrchestratorProcess.RunAsync(["backup", "--to", Path.Combine(example.Path, "backup"), "--json", "--data", folder]);

        Assert.True(taken.ExitCode == 0, taken.Error);
        JsonElement backup = taken.Json.GetProperty("backup");
        Assert.Equal(("hub.db", null), (backup.GetProperty("hub").GetString(), backup.GetProperty("runs").GetString()));
        string restored = await RestoreAsync(example, Path.Combine(example.Path, "backup"));
        using OrchestratorProcess replayed = await OrchestratorProcess.RunAsync(["replay", "--all", "--json", "--data", restored]);
        Assert.True(replayed.ExitCode == 0, replayed.Error);
        Assert.True(replayed.Json.GetProperty("turns").GetInt32() > 0, replayed.Output);
    }

    [Fact]
    public async Task Links_and_pipes_of_commands_lead_nowhere_and_hold_nothing_up()
    {
        using ExampleFolder example = await LineRuns.LinesAsync(1, LineRuns.Quick());
        using OrchestratorProcess original = await example.VerbAsync("run", example.Task, "--json");
        string secret = Path.Combine(example.Path, "secret");
        await File.WriteAllTextAsync(secret, "not theirs");
        string caches = Path.Combine(example.Data, "caches", "npm");
        Directory.CreateDirectory(caches);
        File.CreateSymbolicLink(Path.Combine(caches, "link"), secret);
        Directory.CreateSymbolicLink(Path.Combine(caches, "folder"), example.Path);
        await File.WriteAllTextAsync(Path.Combine(caches, "odd\nname"), "kept");
        using Process pipe = Process.Start("mkfifo", [Path.Combine(caches, "pipe")]);
        await pipe.WaitForExitAsync();

        string restored = await RestoreAsync(example, await BackUpAsync(example, "backup"));

        string copied = Path.Combine(restored, "caches", "npm");
        Assert.Equal(secret, new FileInfo(Path.Combine(copied, "link")).LinkTarget);
        Assert.Equal(example.Path, new DirectoryInfo(Path.Combine(copied, "folder")).LinkTarget);
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(copied, "odd\nname")));
        Assert.False(Path.Exists(Path.Combine(copied, "pipe")));
        using Process sums = Process.Start(new ProcessStartInfo("sha256sum", ["--check", "--quiet", "--strict", "SHA256SUMS"]) { WorkingDirectory = Path.Combine(example.Path, "backup") })!;
        await sums.WaitForExitAsync();
        Assert.Equal(0, sums.ExitCode);
    }

    [Fact]
    public async Task What_is_no_whole_backup_is_refused_and_nothing_is_left_of_it()
    {
        using ExampleFolder example = await LineRuns.LinesAsync(1, LineRuns.Quick());
        using OrchestratorProcess original = await example.VerbAsync("run", example.Task, "--json");
        string backup = await BackUpAsync(example, "backup");
        string target = Path.Combine(example.Path, "restored");
        string changed = Directory.EnumerateFiles(Path.Combine(backup, "workspaces"), "*.zip", SearchOption.AllDirectories).First();
        string name = Path.GetRelativePath(backup, changed);
        byte[] content = await File.ReadAllBytesAsync(changed);

        await RefusedAsync($"{example.Path} is there already, and not empty", "restore", backup, "--data", example.Path);
        await RefusedAsync($"{example.Project} is no backup: it has no backup.json", "restore", example.Project, "--data", target);
        await RefusedAsync($"{backup} is there already", "backup", "--to", backup, "--data", example.Data);
        await RefusedAsync("is in the data folder", "backup", "--to", Path.Combine(example.Data, "mine"), "--data", example.Data);
        string link = Path.Combine(example.Path, "link");
        Directory.CreateSymbolicLink(link, example.Data);
        await RefusedAsync("is in the data folder", "backup", "--to", Path.Combine(link, "mine"), "--data", example.Data);
        await RefusedAsync($"{example.Project} is no data folder", "backup", "--to", target, "--data", example.Project);
        using OrchestratorProcess nowhere = await OrchestratorProcess.RunAsync(
            ["backup", "--to", target, "--data", Path.Combine(example.Path, "nowhere")], [("RunDatabase__Postgres", "Host=127.0.0.1;Username=x")]);
        Assert.Equal(2, nowhere.ExitCode);
        Assert.False(Directory.Exists(Path.Combine(example.Path, "nowhere")));

        content[^1] ^= 1;
        await File.WriteAllBytesAsync(changed, content);
        await RefusedAsync($"{name} is not what was written", "restore", backup, "--check");
        await RefusedAsync($"{name} is not what was written", "restore", backup, "--data", target);
        File.Delete(changed);
        await RefusedAsync($"{name} is missing", "restore", backup, "--data", target);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(changed, content);
        await File.WriteAllTextAsync(Path.Combine(backup, "more"), "x");
        await RefusedAsync("more was not in it", "restore", backup, "--data", target);
        await RefusedAsync("more was not in it", "restore", backup, "--check");
        string sums = Path.Combine(backup, "SHA256SUMS");
        string[] lines = await File.ReadAllLinesAsync(sums);
        await File.WriteAllLinesAsync(sums, lines[..^1]);
        await RefusedAsync($"SHA256SUMS has {lines.Length - 1} files, and backup.json says {lines.Length}", "restore", backup, "--check");
        await File.WriteAllLinesAsync(sums, lines);

        Assert.Empty(Directory.EnumerateFileSystemEntries(example.Path, "restored*"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(example.Path, "*.building"));
        File.Delete(Path.Combine(backup, "more"));
        await RestoreAsync(example, backup);
    }

    private static async Task RefusedAsync(string told, params string[] arguments)
    {
        using OrchestratorProcess refused = await OrchestratorProcess.RunAsync(arguments);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
    }

    private static async Task<string> BackUpAsync(ExampleFolder example, string name)
    {
        string target = Path.Combine(example.Path, name);
        using OrchestratorProcess taken = await example.VerbAsync("backup", "--to", target, "--json");
        Assert.True(taken.ExitCode == 0, taken.Error);
        JsonElement backup = taken.Json.GetProperty("backup");
        Assert.Equal(("hub.db", "run.db"), (backup.GetProperty("hub").GetString(), backup.GetProperty("runs").GetString()));
        Assert.Equal(target, taken.Json.GetProperty("folder").GetString());
        using OrchestratorProcess whole = await OrchestratorProcess.RunAsync(["restore", target, "--check"]);
        Assert.True(whole.ExitCode == 0, whole.Error);
        return target;
    }

    private static async Task<string> RestoreAsync(ExampleFolder example, string backup)
    {
        string target = Path.Combine(example.Path, $"{Path.GetFileName(backup)}-restored");
        using OrchestratorProcess restored = await OrchestratorProcess.RunAsync(["restore", backup, "--data", target]);
        Assert.True(restored.ExitCode == 0, restored.Error);
        return target;
    }
}
