using System.IO.Compression;
using System.Text;

namespace Orchestrator.Cli.Tests.Replaying;

public sealed class BundleVerbTests
{
    private static readonly HashSet<string> Records =
        ["task.json", "run.json", "approvals.json", "transcript.jsonl", "events.jsonl", "audit.jsonl", "manifest.json"];

    [Fact]
    public async Task BundleOfARunThatIsOver_ReplaysWithoutItsDataFolder()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--yes", "--json");
        string id = run.Json.GetProperty("runId").GetString()!;
        string archive = Path.Combine(example.Path, "run.zip");

        using OrchestratorProcess bundled = await example.VerbAsync("bundle", id, "--out", archive, "--json");
        Directory.Delete(example.Data, recursive: true);
        using OrchestratorProcess replay = await example.VerbAsync("replay", "--bundle", archive, "--json");

        Assert.True(bundled.ExitCode == 0, bundled.Error);
        Assert.True(replay.ExitCode == 0, replay.Error);
        Assert.Equal(bundled.Json.GetProperty("histories").GetInt32(), replay.Json.GetProperty("histories").GetInt32());
        Assert.InRange(replay.Json.GetProperty("turns").GetInt32(), 3, 40);
        using ZipArchive read = ZipFile.OpenRead(archive);
        string[] names = [.. read.Entries.Select(entry => entry.FullName)];
        Assert.Superset(Records, names.ToHashSet());
        Assert.Contains(names, name => name.StartsWith("results/", StringComparison.Ordinal) && name.EndsWith(".patch", StringComparison.Ordinal));
        Assert.Contains("build/calls.log", TextOf(read, "transcript.jsonl"), StringComparison.Ordinal);
        Assert.Contains("RunFinished", TextOf(read, "audit.jsonl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileOfABundleChanged_IsNamed()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        string archive = Path.Combine(example.Path, "run.zip");
        using OrchestratorProcess bundled = await example.VerbAsync("bundle", run.Json.GetProperty("runId").GetString()!, "--out", archive);
        using (ZipArchive changed = ZipFile.Open(archive, ZipArchiveMode.Update))
        {
            string text = TextOf(changed, "approvals.json") + " ";
            changed.GetEntry("approvals.json")!.Delete();
            using Stream entry = changed.CreateEntry("approvals.json").Open();
            entry.Write(Encoding.UTF8.GetBytes(text));
        }

        using OrchestratorProcess replay = await example.VerbAsync("replay", "--bundle", archive);
        using OrchestratorProcess none = await example.VerbAsync("replay", "--bundle", example.Task);

        Assert.Equal((2, 2), (replay.ExitCode, none.ExitCode));
        Assert.Contains("approvals.json isn't what the bundle's manifest says", replay.Error, StringComparison.Ordinal);
        Assert.Contains("is no bundle of a run", none.Error, StringComparison.Ordinal);
    }

    private static string TextOf(ZipArchive archive, string name)
    {
        using var reader = new StreamReader(archive.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }
}
