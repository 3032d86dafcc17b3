using System.Text.Json;

namespace Orchestrator.Cli.Tests.Landing;

/// <summary>A run in the real sandbox whose changes are pushed, once a person has seen where to.</summary>
public sealed class PushedBranchTests
{
    private const string Script = """
        - text: I write it and commit it.
          calls: [{ tool: bash, arguments: { command: "echo done > result.txt && git add result.txt && git commit -qm 'Write the result'" } }]
        - text: It is done.
        """;

    [Fact]
    public async Task Approved_TheBranchIsPushedWithTheAgentsMessageAndTheEvidence()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script);
        string remote = Path.Combine(example.Path, "remote.git");
        await example.GitAsync("clone", "--quiet", "--bare", example.Project, remote);
        await example.GitAsync("remote", "add", "origin", remote);
        await File.AppendAllTextAsync(example.Task, "\nland: { kind: branch, branch: agent/result }\n");

        (string run, string approval) = await example.RunToCheckpointAsync();
        using OrchestratorProcess asked = await example.VerbAsync("approvals", "--json");
        using OrchestratorProcess approved = await example.VerbAsync("approve", approval);
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        JsonElement question = Assert.Single(asked.Json.GetProperty("approvals").EnumerateArray());
        JsonElement landing = resumed.Json.GetProperty("landing");
        Assert.Equal("landing", question.GetProperty("kind").GetString());
        Assert.Contains("branch   agent/result, new\n", question.GetProperty("subject").GetString(), StringComparison.Ordinal);
        Assert.Equal((0, 0), (approved.ExitCode, resumed.ExitCode));
        Assert.Equal((remote, "agent/result"), (landing.GetProperty("remote").GetString(), landing.GetProperty("branch").GetString()));
        Assert.Equal(landing.GetProperty("commit").GetString(), (await example.GitAsync("--git-dir", remote, "rev-parse", "agent/result")).Trim());
        Assert.StartsWith(
            $"Write the result\n\nOrchestrator-Run: {run}\n", await example.GitAsync("--git-dir", remote, "log", "-1", "--format=%B", "agent/result"), StringComparison.Ordinal);
        Assert.True(File.Exists(resumed.Json.GetProperty("patch").GetString()));
    }

    [Fact]
    public async Task RemoteThatIsNotThere_IsSaidBeforeTheRunStarts()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script);
        await File.AppendAllTextAsync(example.Task, $"\nland: {{ kind: branch, remote: {Path.Combine(example.Path, "nowhere.git")} }}\n");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");
        using OrchestratorProcess listed = await example.VerbAsync("list", "--json");

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("land.remote: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(listed.Json.GetProperty("runs").EnumerateArray());
    }

    /// <summary>By the settings alone: nothing is asked of the host.</summary>
    [Theory]
    [InlineData("GitHub", "https://git.invalid/acme/app")]
    [InlineData("AzureRepos", "https://git.invalid/acme/shop/_git/app")]
    public async Task MissingToken_IsFoundByEstimateAndLint(string host, string remote)
    {
        using ExampleFolder example = await SmallTask.CreateAsync(Script);
        await File.AppendAllTextAsync(example.Task, $"\nland: {{ kind: pullRequest, remote: \"{remote}\" }}\n");
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(
            Path.Combine(example.Data, "settings.json"), $$"""{ "CodeHosts": { "{{host}}": { "Url": "https://git.invalid", "TokenEnv": "NO_SUCH_TOKEN_IS_SET" } } }""");

        using OrchestratorProcess estimate = await example.VerbAsync("estimate", example.Task);
        using OrchestratorProcess doctor = await example.VerbAsync("doctor", "--json");
        using OrchestratorProcess lint = await example.VerbAsync("lint", example.Task);

        Assert.Equal(5, estimate.ExitCode);
        Assert.Contains("NO_SUCH_TOKEN_IS_SET is not set", estimate.Error, StringComparison.Ordinal);
        Assert.Contains("can't land: ", lint.Output, StringComparison.Ordinal);
        JsonElement finding = Assert.Single(doctor.Json.GetProperty("findings").EnumerateArray(), one => one.GetProperty("subject").GetString() == "landing" && one.GetProperty("detail").GetString()!.Contains("git.invalid, with NO_SUCH_TOKEN_IS_SET", StringComparison.Ordinal));
        Assert.False(finding.GetProperty("isUsable").GetBoolean());
    }
}
