using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Orchestrator.Cli.Tests.Hosting;

namespace Orchestrator.Cli.Tests.Purging;

/// <summary>Of a run that is purged nothing is left in the data folder but the audit and the record that it was, whenever the process dies that purges it.</summary>
public sealed class PurgeVerbTests
{
    private const string Canary = "yellow-bird-5d1c";

    /// <summary>It stands in the command, in its output, in more of that than fits into a row, in a file and in what the model says. What it leaves can't be written to.</summary>
    private const string Script = $$"""
        - text: I say {{Canary}}.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build/closed && echo {{Canary}} > build/closed/note && chmod 500 build/closed && for i in $(seq 6000); do echo {{Canary}} $i; done" } }]
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "echo done {{Canary}} > result.txt" } }]
        - text: It is done, {{Canary}}.
        """;

    private const string Delegating = $$"""
        turns:
          - text: I divide the work.
            calls: [{ tool: delegate, arguments: { tasks: [{ name: first, objective: "Write the part, {{Canary}}.", allowedPaths: ["result.txt"] }] } }]
          - text: It is done.
        agents:
          - objective: Write the part
            turns:
              - calls: [{ tool: bash, arguments: { command: "echo done {{Canary}} > result.txt" } }]
              - text: The part is written.
        """;

    [Fact]
    public async Task Accepted_run_leaves_nothing_but_its_record_and_the_audit()
    {
        using ExampleFolder example = await CreateAsync();
        string run = await AcceptedAsync(example);
        string other = await AcceptedAsync(example);
        Assert.NotEmpty(FilesWithCanary(example));
        Assert.True(Directory.Exists(Path.Combine(example.Data, "payloads", run)));

        using OrchestratorProcess purged = await example.VerbAsync("purge", "--run", run, "--json");

        Assert.True(purged.ExitCode == 0, purged.Error);
        Assert.Equal($$"""{"dryRun":false,"runs":[{"runId":"{{run}}","state":"purged","reason":null}]}""", purged.LastLine);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(example.Data, $"{run}*", SearchOption.AllDirectories), _ => true);
        await IsPurgedAsync(example, run);
        using OrchestratorProcess listed = await example.VerbAsync("list", "--json");
        Assert.Equal(
            [(other, "accepted", false), (run, "accepted", true)],
            listed.Json.GetProperty("runs").EnumerateArray().Select(one => (
                one.GetProperty("runId").GetString()!, one.GetProperty("status").GetString()!, one.GetProperty("purgedAt").ValueKind == JsonValueKind.String)));
        using OrchestratorProcess replayed = await example.VerbAsync("replay", "--all");
        Assert.True(replayed.ExitCode == 0, replayed.Output);
        using OrchestratorProcess patch = await example.VerbAsync("patch", other);
        Assert.Contains(Canary, patch.Output, StringComparison.Ordinal);
        using OrchestratorProcess last = await example.VerbAsync("purge", "--run", other);
        Assert.True(last.ExitCode == 0, last.Error);
        Assert.Empty(FilesWithCanary(example));
    }

    [Theory]
    [InlineData("sql.commit.after:2")]
    [InlineData("hub.call.purge-committed:1")]
    [InlineData("agent.purge.histories-gone:1")]
    [InlineData("agent.purge.files-gone:1")]
    [InlineData("agent.purge.payloads-gone:1")]
    [InlineData("sql.commit.before:6")]
    [InlineData("agent.purge.records-gone:1")]
    public async Task Killed_in_between_the_next_purge_finishes_it(string place)
    {
        using ExampleFolder example = await CreateAsync();
        string run = await AcceptedAsync(example);
        using OrchestratorProcess killed = await OrchestratorProcess.RunAsync(
            ["purge", "--run", run, "--data", example.Data], ("ORCHESTRATOR_FAILPOINT", place));
        Assert.True(killed.ExitCode == 137, killed.Output + killed.Error);

        // Of what has begun nothing is shown any more, and nothing is done with it.
        using OrchestratorProcess forked = await example.VerbAsync("fork", run, "--turn", "1");
        using OrchestratorProcess again = await example.VerbAsync("purge", "--older-than", "1000d", "--json");

        Assert.Equal(2, forked.ExitCode);
        Assert.Contains("was purged", forked.Error, StringComparison.Ordinal);
        Assert.True(again.ExitCode == 0, again.Error);
        await IsPurgedAsync(example, run);
        Assert.Empty(FilesWithCanary(example));
    }

    [Fact]
    public async Task Run_at_work_and_one_of_an_unfinished_fork_are_refused()
    {
        using ExampleFolder example = await CreateAsync();
        string run = await AcceptedAsync(example);
        using OrchestratorProcess forked = await example.VerbAsync("fork", run, "--turn", "1", "--json");
        string fork = forked.Json.GetProperty("runId").GetString()!;

        using OrchestratorProcess ofFork = await example.VerbAsync("purge", "--run", fork);
        using OrchestratorProcess ofOrigin = await example.VerbAsync("purge", "--run", run);
        using OrchestratorProcess byAge = await example.VerbAsync("purge", "--older-than", "0d", "--json");

        Assert.Equal((2, 2, 0), (ofFork.ExitCode, ofOrigin.ExitCode, byAge.ExitCode));
        Assert.Contains($"Run {fork} is not over", ofFork.Error, StringComparison.Ordinal);
        Assert.Contains($"Run {fork} is a fork of run {run} and not over", ofOrigin.Error, StringComparison.Ordinal);
        Assert.Equal("kept", Assert.Single(byAge.Json.GetProperty("runs").EnumerateArray()).GetProperty("state").GetString());

        using OrchestratorProcess resumed = await example.VerbAsync("resume", fork, "--json", "--yes");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        using OrchestratorProcess rehearsed = await example.VerbAsync("purge", "--older-than", "0d", "--dry-run", "--json");
        Assert.Equal(["due", "due"], rehearsed.Json.GetProperty("runs").EnumerateArray().Select(one => one.GetProperty("state").GetString()));
        using OrchestratorProcess purged = await example.VerbAsync("purge", "--older-than", "0d", "--json");
        Assert.Equal(["purged", "purged"], purged.Json.GetProperty("runs").EnumerateArray().Select(one => one.GetProperty("state").GetString()));
        Assert.Empty(FilesWithCanary(example));
    }

    /// <summary>Sub-agents and approvals have orchestrations, files and rows of their own.</summary>
    [Fact]
    public async Task Run_with_sub_agents_and_approvals_leaves_none_of_theirs()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Delegating, checkpoints: "{ final: ask }");
        using OrchestratorProcess ran = await example.VerbAsync("run", example.Task, "--json", "--yes");
        Assert.True(ran.ExitCode == 0, ran.Error);
        string run = ran.Json.GetProperty("runId").GetString()!;
        using OrchestratorProcess before = await example.VerbAsync("replay", "--all", "--json");
        Assert.Equal(3, before.Json.GetProperty("histories").GetInt32());
        using OrchestratorProcess agents = await example.VerbAsync("show", run, "--json");
        string agent = agents.Json.GetProperty("subAgents")[0].GetProperty("runId").GetString()!;

        using OrchestratorProcess refused = await example.VerbAsync("purge", "--run", agent);
        using OrchestratorProcess purged = await example.VerbAsync("purge", "--run", run, "--json");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"is a sub-agent's of run {run}, and goes with that one", refused.Error, StringComparison.Ordinal);
        Assert.Equal("purged", purged.Json.GetProperty("runs")[0].GetProperty("state").GetString());
        using OrchestratorProcess after = await example.VerbAsync("replay", "--all", "--json");
        Assert.Equal(0, after.Json.GetProperty("histories").GetInt32());
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(example.Data, $"{run}*", SearchOption.AllDirectories), _ => true);
        Assert.Empty(FilesWithCanary(example));
        await IsPurgedAsync(example, run);
    }

    /// <summary>A host removes what it holds; one that is away does so when it comes back.</summary>
    [Fact]
    public async Task Files_on_tool_hosts_are_removed_there()
    {
        await using ToolHostRig rig = await ToolHostRig.StartAsync("- calls: [{ tool: bash, arguments: { command: \"seq 10 > log.txt\" } }]\n- text: It is done.\n");
        OrchestratorProcess one = await rig.AddHostAsync("one");
        string first = await FinishedAsync(rig);
        string second = await FinishedAsync(rig);
        Assert.True(Directory.Exists(Path.Combine(rig.FolderOf("one"), "workspaces", first)));
        await rig.AddHostAsync("two");
        await rig.AddWorkerAsync("--no-tools");

        using OrchestratorProcess atWork = await rig.Example.VerbAsync("purge", "--run", first, "--json");
        one.Kill();
        using OrchestratorProcess away = await rig.Example.VerbAsync("purge", "--run", second, "--json");

        Assert.Equal("purged", atWork.Json.GetProperty("runs")[0].GetProperty("state").GetString());
        Assert.Empty(TracesOf(rig, first));
        Assert.Equal("purged", away.Json.GetProperty("runs")[0].GetProperty("state").GetString());
        Assert.NotEmpty(TracesOf(rig, second));
        await rig.RestartHostAsync("one");
        await Eventually.IsTrueAsync(() => TracesOf(rig, second).Length == 0, () => "end of what the host had");
        Assert.Empty(Directory.EnumerateFileSystemEntries(rig.Example.Data, $"{second}*", SearchOption.AllDirectories));
    }

    private static async Task<string> FinishedAsync(ToolHostRig rig)
    {
        string run = await rig.SubmitAsync();
        using OrchestratorProcess watched = rig.Watch(run);
        await rig.EndsAcceptedAsync(watched);
        return run;
    }

    /// <summary>But for what keeps takeovers apart, which holds nothing.</summary>
    private static string[] TracesOf(ToolHostRig rig, string run) =>
        [.. Directory.EnumerateDirectories(rig.FolderOf("one"), $"{run}*", SearchOption.AllDirectories)];

    [Fact]
    public async Task Server_at_work_purges_what_is_asked_for_and_what_is_kept_long_enough()
    {
        using ExampleFolder example = await CreateAsync();
        string asked = await AcceptedAsync(example);
        string old = await AcceptedAsync(example);
        string young = await AcceptedAsync(example);
        await EndedAsync(example, old, TimeSpan.FromDays(8));
        await File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), """{ "Retention": { "Keep": "7.00:00:00" } }""");

        using (OrchestratorProcess server = example.Start("serve", "--urls", "http://127.0.0.1:0"))
        {
            await server.SaysAsync("server listening on");
            using OrchestratorProcess purged = await example.VerbAsync("purge", "--run", asked, "--json");
            Assert.Equal("purged", purged.Json.GetProperty("runs")[0].GetProperty("state").GetString());
            await Eventually.IsTrueAsync(
                () => !Directory.EnumerateFileSystemEntries(example.Data, $"{old}*", SearchOption.AllDirectories).Any(), () => $"end of {old}");
            server.Interrupt();
            Assert.Equal(0, await server.WaitAsync());
        }

        await IsPurgedAsync(example, asked);
        await IsPurgedAsync(example, old);
        using OrchestratorProcess shown = await example.VerbAsync("show", young, "--json");
        Assert.True(shown.Json.GetProperty("events").GetArrayLength() > 3);
        using OrchestratorProcess audit = await example.VerbAsync("audit", "--run", old, "--json");
        Assert.Contains("kept for 7 days after its end", audit.LastLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("purge", "Say which runs")]
    [InlineData("purge --older-than 30", "'30' is no age; say days or hours, as in 30d or 12h")]
    [InlineData("purge --older-than -1d", "'-1d' is no age")]
    [InlineData("purge --run r0", "There is no run 'r0'")]
    [InlineData("purge --run r0 --older-than 30d", "Say which runs")]
    public async Task What_is_typed_wrongly_is_bad_input(string typed, string told)
    {
        using ExampleFolder example = await CreateAsync();

        using OrchestratorProcess refused = await example.VerbAsync(typed.Split(' '));

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
    }

    private static async Task<ExampleFolder> CreateAsync()
    {
        ExampleFolder example = await SmallTask.CreateAsync(Script);
        string task = await File.ReadAllTextAsync(example.Task);
        await File.WriteAllTextAsync(example.Task, task.Replace("Write the word", $"For {Canary}: write the word", StringComparison.Ordinal));
        return example;
    }

    private static async Task<string> AcceptedAsync(ExampleFolder example)
    {
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json.GetProperty("runId").GetString()!;
    }

    /// <summary>The run is there as purged, can't be used, and the audit is whole and says who purged it.</summary>
    private static async Task IsPurgedAsync(ExampleFolder example, string run)
    {
        using OrchestratorProcess shown = await example.VerbAsync("show", run);
        using OrchestratorProcess patch = await example.VerbAsync("patch", run);
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run);
        using OrchestratorProcess verified = await example.VerbAsync("audit", "verify");
        using OrchestratorProcess audit = await example.VerbAsync("audit", "--run", run, "--json");
        Assert.Contains("purged on", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, shown.Output, StringComparison.Ordinal);
        Assert.Equal((0, 2, 2, 0), (shown.ExitCode, patch.ExitCode, resumed.ExitCode, verified.ExitCode));
        Assert.Contains("was purged on", patch.Error, StringComparison.Ordinal);
        Assert.Equal("RunPurged", audit.Json.GetProperty("entries")[0].GetProperty("act").GetProperty("kind").GetString());
    }

    private static async Task EndedAsync(ExampleFolder example, string run, TimeSpan ago)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(example.Data, "run.db")};Pooling=false");
        await database.OpenAsync();
        await using SqliteCommand command = database.CreateCommand();
        command.CommandText = "UPDATE runs SET ended_at = $1 WHERE run_id = $2";
        command.Parameters.AddWithValue("$1", (TimeProvider.System.GetUtcNow() - ago).ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$2", run);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private static string[] FilesWithCanary(ExampleFolder example)
    {
        byte[] canary = Encoding.UTF8.GetBytes(Canary);
        return
        [
            .. Directory.EnumerateFiles(example.Data, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 })
                .Where(file => new FileInfo(file).LinkTarget is null && File.ReadAllBytes(file).AsSpan().IndexOf(canary) >= 0),
        ];
    }
}
