using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>
/// The process, the supervisor or a database goes away at one step of a tool call, by the rows of the table in docs/effects.md: the call runs once
/// at most, has one result, and the run goes on by itself.
/// </summary>
public sealed class CrashMatrixTests
{
    /// <summary>The command waits until it is let go, so that what is to happen meanwhile does.</summary>
    private const string Waiting = """
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo once >> build/calls.log && while [ ! -e build/go ]; do sleep 0.05; done && echo done > result.txt" } }]
        - text: It is done.
        """;

    private const string Interrupted = """
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "mkdir -p build && echo once >> build/calls.log && echo begun && sleep 300" } }]
        - text: I look.
          expect: "interrupted"
          calls: [{ tool: bash, arguments: { command: "echo done > result.txt" } }]
        - text: It is done.
        """;

    /// <summary>Rows 1, 2, 8 and 9: the process dies with the call at one of its steps, and the next one finds it there.</summary>
    [Theory]
    [InlineData("worker.activity.starting:3")]
    [InlineData("agent.tool.begun:1")]
    [InlineData("agent.tool.ended:1")]
    [InlineData("agent.tool.committed:1")]
    [InlineData("worker.activity.ran:3")]
    [InlineData("worker.activity.done:3")]
    public async Task Process_dies_at_a_step_of_the_call(string place)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess killed = await OrchestratorProcess.RunAsync(["run", example.Task, "--data", example.Data], ("ORCHESTRATOR_FAILPOINT", place));
        Assert.Equal(137, killed.ExitCode);
        await IsAcceptedAsync(example, await killed.RunIdAsync());
    }

    /// <summary>Row 3: the approval is used up, and still lets the same call start.</summary>
    [Fact]
    public async Task Process_dies_when_the_approval_is_used_and_the_call_not_started()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: auto, tools: [{ tool: bash, ruling: ask }] }");
        (string run, string approval) = await example.RunToCheckpointAsync();
        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);
        Assert.True(approved.ExitCode == 0, approved.Error);
        using OrchestratorProcess killed = await OrchestratorProcess.RunAsync(
            ["resume", run, "--data", example.Data, "--no-wait"], ("ORCHESTRATOR_FAILPOINT", "agent.tool.begun:1"));
        Assert.Equal(137, killed.ExitCode);
        await IsAcceptedAsync(example, run);
    }

    /// <summary>Row 5: the command isn't affected, and is taken up where it is.</summary>
    [Fact]
    public async Task Process_dies_while_the_command_runs()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Waiting);
        using OrchestratorProcess process = example.Start("run", example.Task);
        string run = await process.RunIdAsync();
        await example.CommandRunsAsync(run);
        process.Kill();
        await process.WaitAsync();

        using OrchestratorProcess resumed = example.Start("resume", run, "--json");
        await LetGoAsync(example, run);
        Assert.Equal(0, await resumed.WaitAsync());
        Assert.Equal(["once"], example.ExecutedCalls(run));
    }

    /// <summary>Row 6: nobody can tell how far the command came, and it isn't started again.</summary>
    [Fact]
    public async Task Supervisor_dies_while_the_command_runs()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Interrupted);
        using OrchestratorProcess process = example.Start("run", example.Task, "--json");
        string run = await process.RunIdAsync();
        await example.CommandRunsAsync(run);
        Kill(Supervisors(example, run));

        Assert.True(await process.WaitAsync() == 0, process.Error);
        Assert.Equal(["once"], example.ExecutedCalls(run));
        Assert.Contains("was interrupted; it is not run again", process.Error, StringComparison.Ordinal);
    }

    /// <summary>Both at once, as when a machine goes down: the next process says so to the model.</summary>
    [Fact]
    public async Task Process_and_supervisor_die_while_the_command_runs()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Interrupted);
        using OrchestratorProcess process = example.Start("run", example.Task);
        string run = await process.RunIdAsync();
        await example.CommandRunsAsync(run);
        process.Kill();
        Kill(Supervisors(example, run));
        await process.WaitAsync();
        await IsAcceptedAsync(example, run);
    }

    /// <summary>Row 11: a worker that stood still, and was taken for dead, finds that another has committed the result.</summary>
    [Fact]
    public async Task Worker_stands_still_while_another_follows_the_command()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Waiting);
        using OrchestratorProcess hub = example.Start("hub", "--listen", "127.0.0.1:0");
        string address = await hub.HubAddressAsync();
        using OrchestratorProcess first = example.Start("worker", "--hub", address);
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task);
        string run = submitted.Output.Trim();
        await example.CommandRunsAsync(run);
        Signal("-STOP", first.Id);
        using OrchestratorProcess second = example.Start("worker", "--hub", address);
        await LetGoAsync(example, run);
        try
        {
            using OrchestratorProcess watched = await example.VerbAsync("watch", run, "--json");
            Assert.True(watched.ExitCode == 0, watched.Error);
        }
        finally
        {
            Signal("-CONT", first.Id);
        }

        Assert.Equal(["once"], example.ExecutedCalls(run));
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
        using OrchestratorProcess again = await example.VerbAsync("show", run, "--json");
        Assert.Equal(1, again.Json.GetProperty("run").GetProperty("toolCalls").GetInt32());
    }

    /// <summary>Rows 18 and 19: databases come back from a copy that is older than what the disk knows of the call.</summary>
    [Theory]
    [InlineData("hub.db run.db")]
    [InlineData("hub.db")]
    public async Task Databases_are_restored_from_before_the_call(string restored)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess killed = await OrchestratorProcess.RunAsync(
            ["run", example.Task, "--data", example.Data], ("ORCHESTRATOR_FAILPOINT", "worker.activity.starting:3"));
        string run = await killed.RunIdAsync();
        Copy(restored, example.Data, example.Path);

        using OrchestratorProcess later = await OrchestratorProcess.RunAsync(
            ["resume", run, "--data", example.Data], ("ORCHESTRATOR_FAILPOINT", "agent.tool.committed:1"));
        Assert.Equal(137, later.ExitCode);
        Assert.Equal(["once"], example.ExecutedCalls(run));
        Copy(restored, example.Path, example.Data);

        await IsAcceptedAsync(example, run);
    }

    private static async Task IsAcceptedAsync(ExampleFolder example, string run)
    {
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(["once"], example.ExecutedCalls(run));
    }

    private static async Task LetGoAsync(ExampleFolder example, string run)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "workspaces", run, "tree", "build", "go"), string.Empty);
    }

    /// <summary>The databases with their logs; what isn't there before isn't there afterwards.</summary>
    private static void Copy(string databases, string from, string to)
    {
        foreach (string file in databases.Split(' ').SelectMany(name => (string[])[name, name + "-wal", name + "-shm"]))
        {
            File.Delete(Path.Combine(to, file));
            if (File.Exists(Path.Combine(from, file)))
            {
                File.Copy(Path.Combine(from, file), Path.Combine(to, file));
            }
        }
    }

    private static IReadOnlyList<int> Supervisors(ExampleFolder example, string run) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out int id) ? id : 0)
            .Where(id => id != 0 && CommandLine(id).Contains($"Orchestrator.Supervisor\0{Path.Combine(example.Data, "effects", run)}", StringComparison.Ordinal)),
    ];

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private static void Kill(IReadOnlyList<int> processes)
    {
        Assert.NotEmpty(processes);
        foreach (int id in processes)
        {
            Signal("-KILL", id);
        }
    }

    private static void Signal(string signal, int id)
    {
        using Process kill = Process.Start("kill", [signal, id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
