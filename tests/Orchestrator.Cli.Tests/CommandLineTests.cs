using System.Text.Json;

namespace Orchestrator.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("runn", "There is no verb 'runn'; did you mean 'run'?")]
    [InlineData("frobnicate", "There is no verb 'frobnicate'; orchestrator --help")]
    [InlineData("", "Name a verb")]
    [InlineData("run", "TASK")]
    [InlineData("list --jsno", "--jsno")]
    [InlineData("resume r0", "There is no run 'r0'")]
    [InlineData("watch r0", "There is no run 'r0'")]
    [InlineData("show r0", "There is no run 'r0'")]
    [InlineData("patch r0", "There is no run 'r0'")]
    [InlineData("cancel r0", "There is no run 'r0'")]
    public async Task WhatCannotBeMeant_EndsWith2AndOneMessage(string typed, string message)
    {
        string data = Directory.CreateTempSubdirectory("orchestrator-test-").FullName;

        using OrchestratorProcess verb = await OrchestratorProcess.RunAsync(typed.Split(' ', StringSplitOptions.RemoveEmptyEntries), ("ORCHESTRATOR_DATA", data));

        Assert.Equal(2, verb.ExitCode);
        Assert.Contains(message, verb.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", verb.Error, StringComparison.Ordinal);
        Assert.Empty(verb.Output);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task DataFolderThatIsAFile_EndsWith5AndNamesTheOption()
    {
        string file = Path.GetTempFileName();

        using OrchestratorProcess list = await OrchestratorProcess.RunAsync(["list", "--data", file]);

        Assert.Equal(5, list.ExitCode);
        Assert.Contains("--data", list.Error, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task UnknownVerb_IsOneLine()
    {
        using OrchestratorProcess verb = await OrchestratorProcess.RunAsync(["shwo", "r1"]);

        Assert.Equal("There is no verb 'shwo'; did you mean 'show'?\n", verb.Error);
    }

    [Theory]
    [InlineData("shwo r1 --json", 2, "did you mean 'show'?")]
    [InlineData("run --json", 2, "TASK")]
    [InlineData("run nowhere.yaml --json", 2, "nowhere.yaml: the task file can't be read")]
    [InlineData("show r0 --json --data FOLDER", 2, "There is no run 'r0'")]
    [InlineData("list --json --data FILE", 5, "can't be made")]
    public async Task FailureWithJson_IsAnObjectOnStandardOutputAndTheMessageOnStandardError(string typed, int code, string message)
    {
        string folder = Directory.CreateTempSubdirectory("orchestrator-test-").FullName;
        string file = Path.Combine(folder, "file");
        await File.WriteAllTextAsync(file, string.Empty);

        using OrchestratorProcess verb = await OrchestratorProcess.RunAsync(
            typed.Replace("FOLDER", folder, StringComparison.Ordinal).Replace("FILE", file, StringComparison.Ordinal).Split(' '));

        JsonElement error = verb.Json.GetProperty("error");
        Assert.Equal((code, code), (verb.ExitCode, error.GetProperty("exitCode").GetInt32()));
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("orchestrator ", error.GetProperty("fix").GetString()!.Replace("Mend the task where the message says; ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(message, verb.Error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("list", 0, "is no data folder yet")]
    [InlineData("approvals", 0, "is no data folder yet")]
    [InlineData("show r1", 2, "There is no run 'r1'")]
    [InlineData("watch r1", 2, "There is no run 'r1'")]
    [InlineData("approve r1.final1", 2, "There is no approval 'r1.final1'")]
    public async Task FolderThatIsMistyped_IsNotMade(string typed, int code, string message)
    {
        string parent = Directory.CreateTempSubdirectory("orchestrator-test-").FullName;
        string folder = Path.Combine(parent, "typo");

        using OrchestratorProcess verb = await OrchestratorProcess.RunAsync([.. typed.Split(' '), "--data", folder]);

        Assert.Equal(code, verb.ExitCode);
        Assert.Contains(message, verb.Error, StringComparison.Ordinal);
        Assert.Contains(folder, verb.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder));
        Directory.Delete(parent);
    }
}
