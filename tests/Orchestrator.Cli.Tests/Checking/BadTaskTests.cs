using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Orchestrator.Cli.Tests.Checking;

/// <summary>A task that is wrong is refused with one readable message, and nothing is begun.</summary>
public sealed class BadTaskTests
{
    [Theory]
    [InlineData("objective:", "objektive:", "unknown key 'objektive'; did you mean 'objective'?")]
    [InlineData("objective: |\n  Write the word done into result.txt, so that `grep -q done result.txt` ends with 0.\n", "", "'objective' is missing")]
    [InlineData("source: ./project", "source: ./projekt", "projekt doesn't exist")]
    [InlineData("source: ./project", "source: https://example.org/project.git", "is a URL, which is not served yet")]
    [InlineData("source: ./project", "source: .", "isn't a git repository")]
    [InlineData("source: ./project", "source: ./project/inner", "lies inside the repository")]
    [InlineData("source: ./project", "source: ./project, ref: v9", "has no commit 'v9'")]
    [InlineData("context: [README.md]", "context: [MISSING.md]", "MISSING.md is not in")]
    [InlineData("final: auto", "final: auto, plan: maybe", "task.yaml:10: 'checkpoints.plan' must be one of none, ask")]
    [InlineData("context: [README.md]", "land: { kind: branch }", "has no remote 'origin'; add one")]
    [InlineData("context: [README.md]", "setup: npm ci", "'setup' must be a list")]
    [InlineData("usd: 5", "usd: five", "'budget.usd' must be a number")]
    [InlineData("context: [README.md]", "context: [README.md", "not valid YAML")]
    [InlineData("\"scripted:script.yaml\"", "gpt-5.55", "The nearest is gpt-5.5")]
    [InlineData("\"scripted:script.yaml\"", "\"scripted:missing.yaml\"", "missing.yaml")]
    public async Task WrongTask_EndsWith2AndSaysWhere(string right, string wrong, string message)
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        Directory.CreateDirectory(Path.Combine(example.Project, "inner"));
        string text = SmallTask.Text();
        Assert.Contains(right, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(example.Task, text.Replace(right, wrong, StringComparison.Ordinal));

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        await AssertRefusedAsync(example, run, 2, message);
    }

    [Fact]
    public async Task DirtySource_EndsWith2AndNamesTheChange()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(example.Project, "README.md"), "Changed.\n");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        await AssertRefusedAsync(example, run, 2, "has changes that aren't committed ('M README.md')");
    }

    [Fact]
    public async Task SourceWithASubmodule_EndsWith2AndNamesIt()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using ExampleFolder library = await SmallTask.CreateAsync();
        await example.GitAsync("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.Project, "libs/parser");
        await example.GitAsync("commit", "--quiet", "--message", "submodule");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        await AssertRefusedAsync(example, run, 2, "has the submodule libs/parser; submodules are not served yet");
    }

    [Fact]
    public async Task TaskFileThatCannotBeRead_EndsWith2()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess run = await example.VerbAsync("run", Path.Combine(example.Path, "other.yaml"), "--json");

        await AssertRefusedAsync(example, run, 2, "other.yaml: the task file can't be read");
    }

    [Fact]
    public async Task SuccessCommandWithoutItsProgram_EndsWith5AndNamesIt()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await File.WriteAllTextAsync(example.Task, SmallTask.Text().Replace("run: \"grep -q", "run: \"greppp -q", StringComparison.Ordinal));

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        await AssertRefusedAsync(example, run, 5, "success 'result': the program 'greppp' is not on the PATH inside the sandbox");
    }

    [Theory]
    [InlineData(null, "OPENAI_API_KEY")]
    [InlineData("http://127.0.0.1:9/v1", "OPENAI_BASE_URL")]
    [InlineData("not an address", "OPENAI_BASE_URL must be an absolute http or https URL")]
    public async Task EndpointThatCannotBeAsked_EndsWith5AndNamesTheSetting(string? address, string message)
    {
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");

        using OrchestratorProcess run = await OrchestratorProcess.RunAsync(
            ["run", example.Task, "--data", example.Data, "--json"],
            ("OPENAI_BASE_URL", address), ("OPENAI_API_KEY", address is null ? null : "key"));

        await AssertRefusedAsync(example, run, 5, message);
    }

    [Fact]
    public async Task EndpointRefusesTheKey_EndsWith5AndDoesNotPrintIt()
    {
        await using RefusingEndpoint model = await RefusingEndpoint.StartAsync();
        using ExampleFolder example = await SmallTask.CreateAsync(model: "gpt-5.5");

        using OrchestratorProcess run = await OrchestratorProcess.RunAsync(
            ["run", example.Task, "--data", example.Data, "--json"],
            ("OPENAI_BASE_URL", model.BaseUrl), ("OPENAI_API_KEY", "sk-wrong-key"));

        await AssertRefusedAsync(example, run, 5, "refuses the key (401)");
        Assert.DoesNotContain("sk-wrong-key", run.Error + run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelOnTheCommandLineThatNobodyKnows_EndsWith2()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--model", "gtp-5.5", "--json");

        await AssertRefusedAsync(example, run, 2, "The nearest is gpt-5.5");
    }

    private static async Task AssertRefusedAsync(ExampleFolder example, OrchestratorProcess run, int exitCode, string message)
    {
        Assert.True(run.ExitCode == exitCode, $"exit code {run.ExitCode}: {run.Error}");
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        JsonElement error = run.Json.GetProperty("error");
        Assert.Single(run.Output.TrimEnd('\n').Split('\n'));
        Assert.Equal(exitCode, error.GetProperty("exitCode").GetInt32());
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await StoredRunsAsync(example));
        Assert.False(Directory.Exists(Path.Combine(example.Data, "workspaces")));
        Assert.Empty(ScratchFolders(example));
    }

    private static async Task<long> StoredRunsAsync(ExampleFolder example)
    {
        string database = Path.Combine(example.Data, "run.db");
        if (!File.Exists(database))
        {
            return 0;
        }

        await using var connection = new SqliteConnection($"Data Source={database};Mode=ReadWrite;Pooling=False");
        await connection.OpenAsync();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM runs";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static string[] ScratchFolders(ExampleFolder example)
    {
        string scratch = Path.Combine(example.Data, "scratch");
        return Directory.Exists(scratch) ? Directory.GetFileSystemEntries(scratch) : [];
    }
}
