using Orchestrator.Testing.Processes;

namespace Orchestrator.Cli.Tests.Simulating;

/// <summary>OpenAI's own JavaScript client, unchanged, against <c>simulate</c>.</summary>
public sealed class OpenAIClientTests : IDisposable
{
    private const string Script = """
        - text: I look around.
          calls: [{ tool: bash, arguments: { command: ls } }]
        - text: "It is here: a.txt"
          expect: a\.txt
          delay: 300ms
        - text: I am sure.
          fail: [429, { kind: 503, retryAfter: 1ms }]
        """;

    private static readonly string[] Scenarios = ["create", "count", "stream", "callAndResult", "chat", "retry", "refusal", "background", "cancel", "compact"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("simulating-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Client_RunsEveryScenario()
    {
        string script = Path.Combine(_folder.FullName, "script.yaml");
        await File.WriteAllTextAsync(script, Script);
        using OrchestratorProcess simulate = OrchestratorProcess.Start(["simulate", "--script", script, "--json"]);
        await Eventually.IsTrueAsync(() => simulate.Output.Contains('\n', StringComparison.Ordinal), () => $"an address of:\n{simulate.Error}");

        (int exitCode, string output) = await NodeScript.RunAsync("openai.js", simulate.Json.GetProperty("baseUrl").GetString()!);

        Assert.True(exitCode == 0, output);
        Assert.Equal(Scenarios.Select(name => $"ok {name}"), output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
