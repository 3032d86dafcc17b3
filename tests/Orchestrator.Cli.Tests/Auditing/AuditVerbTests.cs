using System.Text.Json.Nodes;

namespace Orchestrator.Cli.Tests.Auditing;

public sealed class AuditVerbTests
{
    [Fact]
    public async Task RunSubmittedAndCanceled_IsListedExportedAndWhole()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task);
        using OrchestratorProcess canceled = await example.VerbAsync("cancel", submitted.LastLine);
        string file = System.IO.Path.Combine(example.Path, "audit.jsonl");

        using OrchestratorProcess listed = await example.VerbAsync("audit", "--json");
        using OrchestratorProcess exported = await example.VerbAsync("audit", "export", "--out", file);
        using OrchestratorProcess ofFolder = await example.VerbAsync("audit", "verify", "--json");
        using OrchestratorProcess ofFile = await example.VerbAsync("audit", "verify", "--file", file, "--json");

        Assert.Equal(
            ["RunFinished", "RunCanceled", "RunSubmitted"],
            JsonNode.Parse(listed.LastLine)!["entries"]!.AsArray().Select(entry => (string?)entry!["act"]!["kind"]));
        Assert.Equal(0, exported.ExitCode);
        Assert.Equal(0, ofFolder.ExitCode);
        Assert.Equal(ofFolder.LastLine, ofFile.LastLine);
        Assert.Equal(3, (int)JsonNode.Parse(ofFolder.LastLine)!["entries"]!);
    }

    [Fact]
    public async Task ExportChangedOrCutOff_IsNotWhole()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        using OrchestratorProcess submitted = await example.VerbAsync("submit", example.Task);
        using OrchestratorProcess canceled = await example.VerbAsync("cancel", submitted.LastLine);
        string file = System.IO.Path.Combine(example.Path, "audit.jsonl");
        using OrchestratorProcess exported = await example.VerbAsync("audit", "export", "--out", file);
        using OrchestratorProcess whole = await example.VerbAsync("audit", "verify", "--json");
        string head = (string)JsonNode.Parse(whole.LastLine)!["head"]!;
        string[] lines = await File.ReadAllLinesAsync(file);

        await File.WriteAllLinesAsync(file, [lines[0].Replace("RunSubmitted", "RunForked", StringComparison.Ordinal), .. lines[1..]]);
        using OrchestratorProcess changed = await example.VerbAsync("audit", "verify", "--file", file);
        await File.WriteAllLinesAsync(file, lines[..^1]);
        using OrchestratorProcess cut = await example.VerbAsync("audit", "verify", "--file", file, "--head", head);

        Assert.Equal((1, 1), (changed.ExitCode, cut.ExitCode));
        Assert.Contains("Entry 1 was changed", changed.Output, StringComparison.Ordinal);
        Assert.Contains("taken off its end", cut.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileThatIsNoExport_IsBadInput()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await File.WriteAllTextAsync(System.IO.Path.Combine(example.Path, "audit.jsonl"), "{\"a\":1}\n");

        using OrchestratorProcess verified = await example.VerbAsync("audit", "verify", "--file", System.IO.Path.Combine(example.Path, "audit.jsonl"));
        using OrchestratorProcess head = await example.VerbAsync("audit", "verify", "--head", "3:abc");

        Assert.Equal((2, 2), (verified.ExitCode, head.ExitCode));
        Assert.Contains("line 1", verified.Error, StringComparison.Ordinal);
        Assert.Contains("64 hex digits", head.Error, StringComparison.Ordinal);
    }
}
