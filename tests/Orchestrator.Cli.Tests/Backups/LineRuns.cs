using System.Diagnostics;
using System.Text.Json;

namespace Orchestrator.Cli.Tests.Backups;

/// <summary>Runs whose commands write a line each, so that what is done once too often or is lost is seen.</summary>
internal static class LineRuns
{
    /// <summary>The turn whose command never ends.</summary>
    public const int Slow = 3;

    public static async Task IsSoundAsync(string data, params (string, string?)[] environment)
    {
        foreach (string[] verb in (string[][])[["replay", "--all"], ["audit", "verify"]])
        {
            using OrchestratorProcess checking = await OrchestratorProcess.RunAsync([.. verb, "--data", data], environment);
            Assert.True(checking.ExitCode == 0, checking.Output + checking.Error);
        }
    }

    /// <summary>Waits until a turn's command was started.</summary>
    /// <returns>Its effect folder.</returns>
    public static async Task<string> UnderWayAsync(ExampleFolder example, int turn)
    {
        string effects = Path.Combine(example.Data, "effects");
        string? found = null;
        await Eventually.IsTrueAsync(
            () => (found = (Directory.Exists(effects) ? Directory.EnumerateDirectories(effects) : [])
                .Select(run => Path.Combine(run, $"{turn:D6}-001-0"))
                .FirstOrDefault(effect => File.Exists(Path.Combine(effect, "started.json")))) is not null,
            () => $"command of turn {turn}");
        return found!;
    }

    /// <summary>Ends the process and the command that it has begun.</summary>
    public static async Task EndAsync(OrchestratorProcess process, string effect)
    {
        process.Kill();
        using JsonDocument start = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(effect, "started.json")));
        using Process supervisor = Process.GetProcessById(start.RootElement.GetProperty("supervisorId").GetInt32());
        supervisor.Kill();
        await supervisor.WaitForExitAsync();
    }

    public static Task<ExampleFolder> LinesAsync(int lines, IEnumerable<string> commands) => ExampleFolder.CreateAsync(
        $$"""
        name: lines
        objective: |
          Write the numbers from 1 to {{lines}} into log.txt, a line each, so that `seq {{lines}} | cmp - log.txt` ends with 0.
        allowedPaths: ["log.txt"]
        workspace: { source: ./project }
        success:
          - { name: lines, run: "seq {{lines}} | cmp - log.txt" }
        checkpoints: { final: auto }
        budget: { usd: 5 }
        model: { route: "scripted:script.yaml" }
        """,
        string.Concat(commands.Take(lines)) + "- text: It is done.\n",
        ("README.md", "Lines are wanted.\n"),
        (".gitignore", "go\n"));

    /// <summary>Each call adds its line; one never ends, and is made up for by a model that is told that it was lost.</summary>
    public static IEnumerable<string> Held() => Enumerable.Range(1, int.MaxValue).Select(call => call switch
    {
        Slow => Turn($"sleep 600; echo {call} >> log.txt"),
        Slow + 1 => "- expect: 'status: host_lost[^]]*restored to snapshot'\n  " + Turn($"echo {Slow} >> log.txt; echo {call} >> log.txt")[2..],
        _ => Turn($"echo {call} >> log.txt"),
    });

    /// <summary>Each call writes all lines up to its own, so that one that is lost is made up for by the next.</summary>
    public static IEnumerable<string> Quick() => Enumerable.Range(1, int.MaxValue).Select(call => Turn($"seq {call} > log.txt"));

    /// <summary>The same, but one call waits before its work until it is let go.</summary>
    public static IEnumerable<string> QuickButOne(int held) => Enumerable.Range(1, int.MaxValue).Select(
        call => Turn(call == held ? $"until [ -e go ]; do sleep 0.1; done; seq {call} > log.txt" : $"seq {call} > log.txt"));

    /// <summary>Lets the call go on that waits, in the workspace of the run once that is there.</summary>
    public static async Task LetGoAsync(string data, string run)
    {
        string tree = Path.Combine(data, "workspaces", run, "tree");
        await Eventually.IsTrueAsync(() => Directory.Exists(tree), () => $"workspace in {data}");
        await File.WriteAllTextAsync(Path.Combine(tree, "go"), string.Empty);
    }

    private static string Turn(string command) => $"- calls: [{{ tool: bash, arguments: {{ command: {JsonSerializer.Serialize(command)} }} }}]\n";
}
