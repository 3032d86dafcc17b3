using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

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

    private static readonly string[] Scenarios = ["create", "stream", "callAndResult", "chat", "retry", "refusal", "background", "cancel", "compact"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("simulating-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Client_RunsEveryScenario()
    {
        string script = Path.Combine(_folder.FullName, "script.yaml");
        await File.WriteAllTextAsync(script, Script);
        using OrchestratorProcess simulate = OrchestratorProcess.Start(["simulate", "--script", script, "--json"]);
        await Eventually.IsTrueAsync(() => simulate.Output.Contains('\n', StringComparison.Ordinal), () => $"an address of:\n{simulate.Error}");

        (int exitCode, string output) = await RunNodeAsync(simulate.Json.GetProperty("baseUrl").GetString()!);

        Assert.True(exitCode == 0, output);
        Assert.Equal(Scenarios.Select(name => $"ok {name}"), output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<(int ExitCode, string Output)> RunNodeAsync(string baseUrl, [CallerFilePath] string here = "")
    {
        string folder = Path.GetDirectoryName(here)!;
        Assert.True(
            Directory.Exists(Path.Combine(folder, "node_modules")),
            $"OpenAI's JavaScript client is not installed. Run: bash infra/local/setup.sh tests (or: npm ci --prefix {folder})");

        var start = new ProcessStartInfo("node", [Path.Combine(folder, "openai.js"), baseUrl])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process node = Started(start);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            Task<string> output = node.StandardOutput.ReadToEndAsync(patience.Token);
            Task<string> errors = node.StandardError.ReadToEndAsync(patience.Token);
            await node.WaitForExitAsync(patience.Token);
            return (node.ExitCode, await output + await errors);
        }
        finally
        {
            node.Kill(entireProcessTree: true);
        }
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("Node.js is not installed. Run: bash infra/local/setup.sh tests", exception);
        }
    }
}
