using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Orchestrator.Testing;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>A run is taken up again from behind its turns: conversation and files are what they were then.</summary>
public sealed class ForkVerbTests
{
    /// <summary>Each call says what the files are before it changes them, ignored ones and the shell's variables included.</summary>
    private const string Turn =
        """
        find . -path ./.git -prune -o -printf '%y %m %p %l ' -type f -exec sha256sum {} + -o -printf '\n' | LC_ALL=C sort; echo step=$STEP;
        export STEP=NUMBER; mkdir -p build/dNUMBER; echo NUMBER >> build/calls.log; echo NUMBER > fNUMBER.txt; ln -sf /etc/passwd link; ln -sfn dNUMBER build/newest;
        chmod $((NUMBER % 2 ? 755 : 600)) fNUMBER.txt; [ NUMBER -lt 4 ] || rm -r build/d$((NUMBER - 2)) f$((NUMBER - 2)).txt;
        """;

    [Fact]
    public async Task From_any_turn_a_run_goes_the_same_way_again()
    {
        int turns = Rounds.Of(gate: 5, deep: 100);
        using ExampleFolder example = await SmallTask.CreateAsync(Script(turns), budget: "{ usd: 5, turns: 500 }");
        await File.WriteAllTextAsync(example.Task, (await File.ReadAllTextAsync(example.Task)).Replace("allowedPaths: [\"result.txt\"]", string.Empty, StringComparison.Ordinal));
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json", "--yes");
        Assert.True(run.ExitCode == 0, run.Error);
        string origin = run.Json.GetProperty("runId").GetString()!;
        IReadOnlyList<string> told = await TranscriptAsync(example, origin, int.MaxValue);
        Assert.True(told.Count > 2 * turns);

        for (int turn = 0; turn <= turns; turn++)
        {
            using OrchestratorProcess forked = await example.VerbAsync("fork", origin, "--turn", turn.ToString(CultureInfo.InvariantCulture), "--json");
            Assert.True(forked.ExitCode == 0, forked.Error);
            string fork = forked.Json.GetProperty("runId").GetString()!;
            Assert.Equal(await TranscriptAsync(example, origin, turn), await TranscriptAsync(example, fork, turn));

            using OrchestratorProcess resumed = await example.VerbAsync("resume", fork, "--json", "--yes");
            Assert.True(resumed.ExitCode == 0, resumed.Error);
            Assert.Equal(Observed(told), Observed(await TranscriptAsync(example, fork, int.MaxValue)));
            Assert.Equal(turns + 1, resumed.Json.GetProperty("turns").GetInt32());
        }

        using OrchestratorProcess again = await example.VerbAsync("resume", origin, "--json");
        Assert.Equal(run.LastLine, again.LastLine);
    }

    [Fact]
    public async Task A_fork_is_forked_also_where_it_is_still_the_first_one()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script(4), budget: "{ usd: 5, turns: 500 }");
        await File.WriteAllTextAsync(example.Task, (await File.ReadAllTextAsync(example.Task)).Replace("allowedPaths: [\"result.txt\"]", string.Empty, StringComparison.Ordinal));
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json", "--yes");
        string origin = run.Json.GetProperty("runId").GetString()!;
        IEnumerable<string> told = Observed(await TranscriptAsync(example, origin, int.MaxValue));
        string second = await ForkAsync(example, origin, 3);
        string third = await ForkAsync(example, second, 1);
        string fourth = await ForkAsync(example, second, 4);

        Assert.Equal(told, Observed(await TranscriptAsync(example, third, int.MaxValue)));
        Assert.Equal(told, Observed(await TranscriptAsync(example, fourth, int.MaxValue)));
    }

    [Fact]
    public async Task A_rewind_ends_the_run_that_waits_and_tells_the_model_what_the_person_says()
    {
        const string script = """
            - calls: [{ tool: bash, arguments: { command: "echo done > result.txt" } }]
            - { text: It is done., expect: "Try once more" }
            """;
        using ExampleFolder example = await SmallTask.CreateAsync(
            """
            - calls: [{ tool: bash, arguments: { command: "echo done > result.txt" } }]
            - text: It is done.
            """,
            "{ final: ask }");
        (string run, _) = await example.RunToCheckpointAsync();
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(example.Task)!, "script.yaml"), script);

        using OrchestratorProcess rewound = await example.VerbAsync("rewind", run, "--turn", "1", "--message", "Try once more.", "--json");
        Assert.True(rewound.ExitCode == 0, rewound.Error);
        Assert.Empty(rewound.Json.GetProperty("notUndone").EnumerateArray());
        using OrchestratorProcess old = await example.VerbAsync("resume", run, "--json");
        Assert.Equal("canceled", old.Status());
        using OrchestratorProcess resumed = await example.VerbAsync("resume", rewound.Json.GetProperty("runId").GetString()!, "--json", "--yes");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal("accepted", resumed.Status());
    }

    [Theory]
    [InlineData("3", "has no turn 3")]
    [InlineData("-1", "has no turn -1")]
    public async Task A_turn_that_was_not_is_a_clear_error_and_nothing_is_stored(string turn, string message)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        using OrchestratorProcess forked = await example.VerbAsync("fork", run.Json.GetProperty("runId").GetString()!, $"--turn={turn}");

        Assert.Equal(2, forked.ExitCode);
        Assert.Contains(message, forked.Error, StringComparison.Ordinal);
        using OrchestratorProcess list = await example.VerbAsync("list", "--json");
        Assert.Equal(1, list.Json.GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public async Task Where_no_snapshot_could_be_taken_the_run_goes_on_and_a_fork_is_refused()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), """{ "Tools": { "Snapshots": { "MostFiles": 2 } } }""");
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("no snapshot of the files: There are more than 2 files", run.Error, StringComparison.Ordinal);

        using OrchestratorProcess forked = await example.VerbAsync("fork", run.Json.GetProperty("runId").GetString()!, "--turn", "1");
        Assert.Equal(2, forked.ExitCode);
        Assert.Contains("Nobody knows what the files", forked.Error, StringComparison.Ordinal);
    }

    private static async Task<string> ForkAsync(ExampleFolder example, string run, int turn)
    {
        using OrchestratorProcess forked = await example.VerbAsync("fork", run, "--turn", turn.ToString(CultureInfo.InvariantCulture));
        Assert.True(forked.ExitCode == 0, forked.Error);
        string fork = forked.Output.Trim();
        using OrchestratorProcess resumed = await example.VerbAsync("resume", fork, "--json", "--yes");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        return fork;
    }

    private static string Script(int turns)
    {
        var script = new StringBuilder();
        for (int turn = 1; turn <= turns; turn++)
        {
            string command = Turn.Replace("NUMBER", turn.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace('\n', ' ');
            command += turn == turns ? " echo done > result.txt" : string.Empty;
            script.Append(CultureInfo.InvariantCulture, $"- calls: [{{ tool: bash, arguments: {{ command: {JsonSerializer.Serialize(command)} }} }}]\n");
        }

        return script.Append("- text: It is done.\n").ToString();
    }

    private static IEnumerable<string> Observed(IEnumerable<string> transcript) =>
        transcript.Where(entry => entry.StartsWith("Observation", StringComparison.Ordinal)).Select(entry => entry.Split('\n', 3)[2]);

    /// <summary>The transcript's rows as they are stored.</summary>
    private static async Task<IReadOnlyList<string>> TranscriptAsync(ExampleFolder example, string run, int turn)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(example.Data, "run.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT kind, turn, call_id, body FROM transcript WHERE run_id = $run AND turn <= $turn ORDER BY seq";
        command.Parameters.AddWithValue("$run", run);
        command.Parameters.AddWithValue("$turn", turn);
        using SqliteDataReader reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add($"{reader.GetString(0)} {reader.GetInt32(1)} {(reader.IsDBNull(2) ? "" : reader.GetString(2))}\n{Encoding.UTF8.GetString((byte[])reader.GetValue(3))}");
        }

        return rows;
    }
}
