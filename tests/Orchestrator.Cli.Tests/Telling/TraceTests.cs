using Orchestrator.Agent.Tracing;

namespace Orchestrator.Cli.Tests.Telling;

public sealed class TraceTests
{
    private const string Script = """
        - calls:
          - { tool: bash, arguments: { command: "echo one > result.txt" } }
          - { tool: bash, arguments: { command: "echo done >> result.txt" } }
        - text: It is done.
        """;

    [Fact]
    public async Task RunWithAnApproval_IsOneTreeAtTheCollectorOnce()
    {
        await using TraceCollector collector = await TraceCollector.StartAsync();
        (string Name, string? Value)[] exporting = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];
        using ExampleFolder example = await SmallTask.CreateAsync(Script, "{ final: ask }");
        using OrchestratorProcess first = await OrchestratorProcess.RunAsync(["run", example.Task, "--data", example.Data, "--json", "--no-wait"], exporting);
        string run = first.Json.GetProperty("runId").GetString()!;
        using OrchestratorProcess listed = await example.VerbAsync("approvals", "--json");
        using OrchestratorProcess approved = await example.VerbAsync("approve", listed.Json.GetProperty("approvals")[0].GetProperty("id").GetString()!);

        // Its orchestrators are replayed from the beginning here.
        using OrchestratorProcess second = await OrchestratorProcess.RunAsync(["resume", run, "--data", example.Data, "--json"], exporting);

        Assert.True(second.ExitCode == 0, second.Error);
        ToldSpan[] spans = [.. collector.Spans];
        Assert.Equal(spans.Length, spans.Select(span => span.Id).Distinct().Count());
        Assert.Equal(RunSpan.TraceIdOf(run).ToHexString(), Assert.Single(spans.Select(span => span.Trace).Distinct()));
        ToldSpan root = Assert.Single(spans, span => span.Parent.Length == 0);
        Assert.Equal(
            ["approval final", "chat scripted", "chat scripted", "execute_tool bash", "execute_tool bash", "invoke_agent orchestrator", "turn 1", "turn 2", "verify"],
            spans.Select(span => span.Name.StartsWith("chat scripted", StringComparison.Ordinal) ? "chat scripted" : span.Name).Order(StringComparer.Ordinal));
        Assert.Equal("invoke_agent orchestrator", root.Name);
        Assert.All(spans.Where(span => span != root), span =>
        {
            ToldSpan parent = Assert.Single(spans, one => one.Id == span.Parent);
            Assert.StartsWith(span.Name.StartsWith("turn", StringComparison.Ordinal) ? "invoke_agent" : "turn", parent.Name, StringComparison.Ordinal);
            Assert.True(parent.Start <= span.Start && span.Start <= span.End && span.End <= parent.End, $"{span} is not within {parent}");
        });
        Assert.True(collector.Posts.ContainsKey("/v1/metrics"), string.Join(", ", collector.Posts.Keys));
    }
}
