using System.Globalization;
using Orchestrator.Testing;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>A command that runs beside the turns outlives the process that started it, and is told once.</summary>
public sealed class SessionTests
{
    private const int Kills = 3;
    private const string Wait = "- text: I wait.\n  calls: [{ tool: bash_session, arguments: { session: 000001-001-0, wait_seconds: 180 } }]\n";

    [Fact]
    public async Task Session_outlives_three_kills_and_delivers_its_output_once()
    {
        int seconds = Rounds.Of(gate: 12, deep: 1200);
        string script = $$"""
            - text: I start it.
              calls: [{ tool: bash_session, arguments: { command: "mkdir -p build; for i in $(seq {{seconds * 10}}); do echo \"line $i\"; [ $i -eq 1 ] && echo once >> build/calls.log; sleep 0.1; done; echo done > result.txt", wait_seconds: 0.5, timeout_seconds: 3600 } }]
            - text: I do something else.
              expect: "session 000001-001-0 runs for"
              calls: [{ tool: bash, arguments: { command: "sleep {{seconds / 2}}" } }]
            """;
        script += "\n" + string.Concat(Enumerable.Repeat(Wait, (seconds / 180) + 1)) + "- text: It is done.\n";
        using ExampleFolder example = await SmallTask.CreateAsync(script);
        OrchestratorProcess process = example.Start("run", example.Task);
        string run = await process.RunIdAsync();
        await example.CommandRunsAsync(run);
        for (int kill = 0; kill < Kills; kill++)
        {
            await process.EndsWithinAsync(TimeSpan.FromSeconds(seconds / 6.0));
            Assert.False(process.HasExited, process.Error);
            process.Kill();
            await process.WaitAsync();
            process.Dispose();
            process = example.Start("resume", run, "--json");
        }

        Assert.True(await process.WaitAsync() == 0, process.Error);
        process.Dispose();
        Assert.Equal(["once"], example.ExecutedCalls(run));
        int[] lines = [.. (await OutputsAsync(example, run)).Split('\n').Where(line => line.StartsWith("line ", StringComparison.Ordinal)).Select(line => int.Parse(line[5..], CultureInfo.InvariantCulture))];
        Assert.Equal(Enumerable.Range(1, seconds * 10), lines);
    }

    [Fact]
    public async Task Rules_for_bash_hold_for_what_a_session_runs_and_reads()
    {
        const string script = """
            - text: I try.
              calls: [{ tool: bash_session, arguments: { command: "git push origin" } }]
            - text: I try in another way.
              expect: "denied|not allowed|refused"
              calls: [{ tool: bash_session, arguments: { command: "bash", wait_seconds: 0.2 } }]
            - text: I type it.
              calls: [{ tool: bash_session, arguments: { session: 000002-001-0, input: "git push origin\n" } }]
            - text: I do what I may.
              expect: "denied|not allowed|refused"
              calls: [{ tool: bash_session, arguments: { session: 000002-001-0, input: "mkdir -p build; echo once >> build/calls.log; echo done > result.txt\n", wait_seconds: 2 } }]
            - text: It is done.
            """;
        using ExampleFolder example = await SmallTask.CreateAsync(script, "{ final: auto, tools: [{ tool: bash, match: \"git push*\", ruling: deny }] }");
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["once"], example.ExecutedCalls(run.Json.GetProperty("runId").GetString()!));
    }

    /// <summary>What the calls have answered, whole.</summary>
    private static async Task<string> OutputsAsync(ExampleFolder example, string run)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(example.Data, "run.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT p.body FROM effects e JOIN payloads p ON p.run_id = e.run_id AND p.hash = e.output WHERE e.run_id = $run AND e.tool = 'bash_session' ORDER BY e.turn";
        command.Parameters.AddWithValue("$run", run);
        using Microsoft.Data.Sqlite.SqliteDataReader reader = await command.ExecuteReaderAsync();
        var all = new System.Text.StringBuilder();
        while (await reader.ReadAsync())
        {
            all.Append(System.Text.Encoding.UTF8.GetString((byte[])reader.GetValue(0)));
        }

        return all.ToString();
    }
}
