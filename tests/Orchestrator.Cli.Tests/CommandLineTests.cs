namespace Orchestrator.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("runn", "runn")]
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

        using OrchestratorProcess verb = await OrchestratorProcess.RunAsync(typed.Split(' '), ("ORCHESTRATOR_DATA", data));

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
}
