namespace Orchestrator.Cli.Tests.Deciding;

/// <summary>A person takes a diff without some of its files and parts.</summary>
public sealed class PartialDiffTests
{
    private const string Script = """
        - text: I write it.
          calls: [{ tool: bash, arguments: { command: "echo done > result.txt && echo junk > junk.txt && sed -i -e s/^3$/three/ -e s/^40$/forty/ list.txt" } }]
        - text: It is done.
        """;

    [Fact]
    public async Task FileAndPartLeftOut_RestIsVerifiedAndLands()
    {
        string list = string.Concat(Enumerable.Range(1, 50).Select(line => $"{line}\n"));
        string task = SmallTask.Text("{ final: ask }").Replace("[\"result.txt\"]", "[\"*.txt\"]", StringComparison.Ordinal);
        using ExampleFolder example = await ExampleFolder.CreateAsync(task, Script, ("README.md", "A result is wanted.\n"), ("list.txt", list));
        (string run, string approval) = await example.RunToCheckpointAsync();

        using OrchestratorProcess neither = await example.VerbAsync("edit", approval);
        using OrchestratorProcess unknown = await example.VerbAsync("edit", approval, "--drop-hunk", "list.txt:3");
        using OrchestratorProcess edited = await example.VerbAsync("edit", approval, "--drop-file", "junk.txt", "--drop-hunk", "list.txt:37", "--json");
        using OrchestratorProcess resumed = await example.VerbAsync("resume", run, "--json");

        Assert.Equal((2, 2, 0), (neither.ExitCode, unknown.ExitCode, edited.ExitCode));
        Assert.Contains("No part of 'list.txt' begins at line 3; its parts begin at 1, 37.", unknown.Error, StringComparison.Ordinal);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        string patch = await File.ReadAllTextAsync(resumed.Json.GetProperty("patch").GetString()!);
        Assert.Contains("+done\n", patch, StringComparison.Ordinal);
        Assert.Contains("+three\n", patch, StringComparison.Ordinal);
        Assert.DoesNotContain("junk", patch, StringComparison.Ordinal);
        Assert.DoesNotContain("forty", patch, StringComparison.Ordinal);
    }
}
