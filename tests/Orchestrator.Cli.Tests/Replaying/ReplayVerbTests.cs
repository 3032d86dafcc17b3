using System.Text.Json;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Orchestrator.Protocol;

namespace Orchestrator.Cli.Tests.Replaying;

public sealed class ReplayVerbTests
{
    [Fact]
    public async Task RunThatIsParkedBesideItsOwner_ReplaysAsRecordedWithItsApproval()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        using OrchestratorProcess owner = example.Start("run", example.Task, "--json");
        string run = await owner.RunIdAsync();
        string approval = await owner.AskedAsync();

        using OrchestratorProcess live = await example.VerbAsync("replay", run, "--json");
        using OrchestratorProcess approve = await example.VerbAsync("approve", approval);
        await owner.WaitAsync();
        using OrchestratorProcess ended = await example.VerbAsync("replay", "--all");

        Assert.True(live.ExitCode == 0, live.Error);
        Assert.Equal((2, 0), (live.Json.GetProperty("histories").GetInt32(), live.Json.GetProperty("differences").GetArrayLength()));
        Assert.InRange(live.Json.GetProperty("turns").GetInt32(), 6, 20);
        Assert.Equal(0, owner.ExitCode);
        Assert.True(ended.ExitCode == 0, ended.Error);
        Assert.Matches(@"^2 histories, \d+ turns: all as recorded\n$", ended.Output);
    }

    [Fact]
    public async Task HistoryOfOtherCode_IsADifferenceThatIsNamed()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);
        string id = await run.RunIdAsync();
        ChangeHistory(example, text => text.Replace("VerifyRun", "CheckRuns", StringComparison.Ordinal));

        using OrchestratorProcess replay = await example.VerbAsync("replay");
        using OrchestratorProcess json = await example.VerbAsync("replay", id, "--json");

        JsonElement difference = json.Json.GetProperty("differences").EnumerateArray().Single();
        Assert.Equal((1, 1), (replay.ExitCode, json.ExitCode));
        Assert.Contains($"{id}: turn 5 of generation 0, RunOrchestrator", replay.Output, StringComparison.Ordinal);
        Assert.Contains("history says  step 4, activity 'CheckRuns'", replay.Output, StringComparison.Ordinal);
        Assert.Contains("replay says   step 4, activity 'VerifyRun'", replay.Output, StringComparison.Ordinal);
        Assert.Contains("without a new version", replay.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 differ\n", replay.Output, StringComparison.Ordinal);
        Assert.Equal((id, 5), (difference.GetProperty("instanceId").GetString(), difference.GetProperty("turn").GetInt32()));
    }

    [Fact]
    public async Task NothingThatCouldBeReplayed_IsSaid()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess all = await example.VerbAsync("replay", "--json");
        using OrchestratorProcess one = await example.VerbAsync("replay", "r1");
        using OrchestratorProcess both = await example.VerbAsync("replay", "r1", "--all");

        Assert.Equal((0, 2, 2), (all.ExitCode, one.ExitCode, both.ExitCode));
        Assert.Equal("""{"histories":0,"turns":0,"differences":[]}""", all.LastLine);
        Assert.Contains("There is no run 'r1'", one.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(example.Data));
    }

    /// <summary>Rewrites the stored events as a build with other code would have written them.</summary>
    private static void ChangeHistory(ExampleFolder example, Func<string, string> change)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(example.Data, "hub.db")};Pooling=False");
        connection.Open();
        List<(long Id, byte[] Events)> batches = [];
        using (SqliteCommand read = connection.CreateCommand())
        {
            read.CommandText = "SELECT id, events FROM history";
            using SqliteDataReader rows = read.ExecuteReader();
            while (rows.Read())
            {
                batches.Add((rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
            }
        }

        foreach ((long id, byte[] events) in batches)
        {
            using SqliteCommand write = connection.CreateCommand();
            write.CommandText = "UPDATE history SET events = $events WHERE id = $id";
            write.Parameters.AddWithValue("$id", id);
            write.Parameters.AddWithValue("$events", HistoryChunk.Parser.ParseJson(change(JsonFormatter.Default.Format(HistoryChunk.Parser.ParseFrom(events)))).ToByteArray());
            Assert.Equal(1, write.ExecuteNonQuery());
        }
    }
}
