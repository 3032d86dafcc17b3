using System.Text.Json;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>The process that does the work is killed again and again; the run must end as if nothing had happened.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 40;
    private const int Seed = 20261122;
    private const int Turns = 34;
    private const string Reason = "AGENTS.md asks for a regression test of every fixed bug: add one for the quoted field before a CRLF.";

    [Fact]
    public async Task KilledAtRandomMoments_RunEndsAcceptedAndNothingHappensTwice()
    {
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        int kills = 0;
        var trees = new HashSet<string>();
        while (kills < Kills)
        {
            using ExampleFolder example = await ExampleFolder.CopyAsync("bug-hunt");
            await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
            kills += await RunWithKillsAsync(example, model, random, Kills - kills, trees);
            output.WriteLine($"{kills} kills so far");
        }

        Assert.Single(trees);
    }

    private static async Task<int> RunWithKillsAsync(
        ExampleFolder example, CountingEndpoint model, Random random, int killsWanted, HashSet<string> trees)
    {
        var committedBefore = new Dictionary<string, int>();
        string? run = null;
        int kills = 0;
        while (true)
        {
            string[] arguments = run is null
                ? ["run", example.Task, "--data", example.Data, "--model", "gpt-5.5", "--json", "--no-wait"]
                : ["resume", run, "--data", example.Data, "--json", "--no-wait"];
            string key = $"process-{committedBefore.Count + 1}";
            committedBefore[key] = run is null ? 0 : await CommittedTurnsAsync(example);
            using OrchestratorProcess process = OrchestratorProcess.Start(
                arguments, ("OPENAI_BASE_URL", model.BaseUrl), ("OPENAI_API_KEY", key));
            bool ended = kills < killsWanted
                ? await process.EndsWithinAsync(TimeSpan.FromMilliseconds(random.Next(300, 2500)))
                : await process.WaitAsync() >= 0;
            if (!ended)
            {
                process.Kill();
                await process.WaitAsync();
                kills++;
            }

            run ??= await StoredRunAsync(example);
            if (ended && !await AnswerCheckpointAsync(process, example))
            {
                AssertAccepted(process, example, run!, trees);
                Assert.Equal(Turns, model.AskedTurns.Distinct().Count());
                Assert.DoesNotContain(model.Asked, asked => asked.Turn <= committedBefore[asked.Key]);
                return kills;
            }
        }
    }

    /// <summary>The one run that there is; null if the process was killed before it had stored it. It may be killed before it has said so.</summary>
    private static async Task<string?> StoredRunAsync(ExampleFolder example)
    {
        using OrchestratorProcess listed = await OrchestratorProcess.RunAsync(["list", "--data", example.Data, "--json"]);
        using JsonDocument list = JsonDocument.Parse(listed.LastLine);
        return list.RootElement.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("runId").GetString()).SingleOrDefault();
    }

    /// <summary>Denies the first final diff with a reason, approves the second.</summary>
    /// <returns>False if the run is over.</returns>
    private static async Task<bool> AnswerCheckpointAsync(OrchestratorProcess process, ExampleFolder example)
    {
        using JsonDocument result = JsonDocument.Parse(process.LastLine);
        if (result.RootElement.GetProperty("status").GetString() != "waiting")
        {
            return false;
        }

        using OrchestratorProcess listed = await OrchestratorProcess.RunAsync(["approvals", "--data", example.Data, "--json"]);
        using JsonDocument approvals = JsonDocument.Parse(listed.LastLine);
        string id = approvals.RootElement.GetProperty("approvals")[0].GetProperty("id").GetString()!;
        string[] answer = id.EndsWith("final30", StringComparison.Ordinal) ? ["deny", id, "--reason", Reason] : ["approve", id];
        using OrchestratorProcess decided = await OrchestratorProcess.RunAsync([.. answer, "--data", example.Data]);
        Assert.Equal(0, await decided.WaitAsync());
        return true;
    }

    private static void AssertAccepted(OrchestratorProcess process, ExampleFolder example, string run, HashSet<string> trees)
    {
        using JsonDocument result = JsonDocument.Parse(process.LastLine);
        JsonElement root = result.RootElement;
        Assert.True(root.GetProperty("status").GetString() == "accepted", process.LastLine + "\n" + process.Error);
        Assert.Equal(Turns, root.GetProperty("turns").GetInt32());
        string[] calls = example.ExecutedCalls(run);
        Assert.Equal(19, calls.Length);
        Assert.Equal(calls.Distinct(), calls);
        trees.Add(File.ReadAllText(root.GetProperty("patch").GetString()!));
    }

    private static async Task<int> CommittedTurnsAsync(ExampleFolder example)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(example.Data, "run.db")};Mode=ReadWrite;Pooling=False");
        await connection.OpenAsync();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(turn), 0) FROM replies WHERE reply IS NOT NULL";
        return Convert.ToInt32(await command.ExecuteScalarAsync());
    }
}
