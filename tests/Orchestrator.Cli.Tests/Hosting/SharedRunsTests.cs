using System.Text.Json;
using Orchestrator.Testing.Postgres;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>Data folders whose runs are in one schema of PostgreSQL, as on several machines.</summary>
public sealed class SharedRunsTests
{
    [Fact]
    public async Task RunOfOneFolder_IsSeenDecidedAndAuditedFromAnother()
    {
        (string, string?)[] shared = await SharedAsync("runs");
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        string other = Path.Combine(example.Path, "other");

        using OrchestratorProcess parked = await OrchestratorProcess.RunAsync(["run", example.Task, "--data", example.Data, "--json", "--no-wait"], shared);
        string run = parked.Json.GetProperty("runId").GetString()!;
        using OrchestratorProcess listed = await OrchestratorProcess.RunAsync(["approvals", "--data", other, "--json"], shared);
        string approval = listed.Json.GetProperty("approvals")[0].GetProperty("id").GetString()!;
        using OrchestratorProcess approved = await OrchestratorProcess.RunAsync(["approve", approval, "--data", other], shared);
        using OrchestratorProcess resumed = await OrchestratorProcess.RunAsync(["resume", run, "--data", example.Data, "--json"], shared);
        using OrchestratorProcess shown = await OrchestratorProcess.RunAsync(["list", "--data", other, "--json"], shared);
        using OrchestratorProcess second = await OrchestratorProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", other], shared);
        using OrchestratorProcess verified = await OrchestratorProcess.RunAsync(["audit", "verify", "--data", other], shared);

        Assert.True(approved.ExitCode == 0, approved.Error);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        JsonElement only = Assert.Single(shown.Json.GetProperty("runs").EnumerateArray());
        Assert.Equal((run, "accepted"), (only.GetProperty("runId").GetString(), only.GetProperty("status").GetString()));
        Assert.True(verified.ExitCode == 0, verified.Error);
        Assert.Equal(5, second.ExitCode);
        Assert.Contains("the runs of the hub of another data folder", second.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(example.Data, "run.db")));
    }

    /// <summary>What was marked from another folder is finished in the one that has the files.</summary>
    [Fact]
    public async Task PurgedFromAnotherFolder_IsFinishedWhereTheFilesAre()
    {
        (string, string?)[] shared = await SharedAsync("runs");
        using ExampleFolder example = await SmallTask.CreateAsync();
        string other = Path.Combine(example.Path, "other");
        using OrchestratorProcess done = await OrchestratorProcess.RunAsync(["run", example.Task, "--data", example.Data, "--json"], shared);
        string run = done.Json.GetProperty("runId").GetString()!;

        using OrchestratorProcess begun = await OrchestratorProcess.RunAsync(["purge", "--run", run, "--data", other, "--json"], shared);
        bool wasThere = Directory.Exists(Path.Combine(example.Data, "results", run));
        using OrchestratorProcess finished = await OrchestratorProcess.RunAsync(["purge", "--run", run, "--data", example.Data, "--json"], shared);
        using OrchestratorProcess verified = await OrchestratorProcess.RunAsync(["audit", "verify", "--data", other], shared);

        Assert.Equal(("begun", true), (StateOf(begun), wasThere));
        Assert.Contains("of another data folder", begun.LastLine, StringComparison.Ordinal);
        Assert.Equal("purged", StateOf(finished));
        Assert.False(Directory.Exists(Path.Combine(example.Data, "results", run)));
        Assert.True(verified.ExitCode == 0, verified.Error);

        static string StateOf(OrchestratorProcess purge) => purge.Json.GetProperty("runs")[0].GetProperty("state").GetString()!;
    }

    [Theory]
    [InlineData("RunDatabase__Schema", "Runs;", "RunDatabase:Schema")]
    [InlineData("RunDatabase__Postgres", "nothing at all", "RunDatabase:Postgres")]
    public async Task SettingThatCannotBe_IsNamed(string variable, string value, string named)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess refused = await OrchestratorProcess.RunAsync(["list", "--data", example.Data], [("RunDatabase__Postgres", "Host=127.0.0.1;Username=x"), (variable, value)]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
    }

    private static async Task<(string, string?)[]> SharedAsync(string schema)
    {
        PostgresCluster cluster = await PostgresCluster.Shared;
        return [("RunDatabase__Postgres", cluster.ConnectionString(await cluster.CreateDatabaseAsync())), ("RunDatabase__Schema", schema)];
    }
}
