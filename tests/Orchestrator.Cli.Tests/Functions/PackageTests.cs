using System.Diagnostics;
using System.Text.Json;

namespace Orchestrator.Cli.Tests.Functions;

/// <summary>The product as it is brought to machines that have no .NET: to Azure's functions and tool hosts.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly string[] Wanted = ["host.json", "RunOrchestrator/function.json", "AskModel/function.json", "orchestrator", "native/Orchestrator.Supervisor"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("package-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Package_HasTheFunctions_AndRunsATaskWithoutDotnet()
    {
        string package = Path.Combine(_folder.FullName, "package");
        string script = Path.Combine(RepositoryRoot.Path, "infra", "functions", "package.sh");

        // Compiled ahead of time it would be the same, a minute later. No process of the build outlives it, with our pipes in its hands.
        (int made, string making) = await RunAsync(
            "/bin/sh", [script, package], ("PublishReadyToRun", "false"), ("MSBUILDDISABLENODEREUSE", "1"), ("UseSharedCompilation", "false"));

        Assert.True(made == 0, making);
        Assert.All(Wanted, name => Assert.True(File.Exists(Path.Combine(package, name)), name));

        using ExampleFolder example = await SmallTask.CreateAsync();
        (int ran, string running) = await RunAsync(
            Path.Combine(package, "orchestrator"), ["run", example.Task, "--data", example.Data, "--json"], ("DOTNET_ROOT", "/nonexistent"), ("PATH", "/usr/bin:/bin"));

        Assert.True(ran == 0, running);
        Assert.Equal("accepted", JsonDocument.Parse(running.TrimEnd().Split('\n')[^1]).RootElement.GetProperty("status").GetString());
    }

    /// <returns>What it wrote, the standard output last.</returns>
    private static async Task<(int Code, string Output)> RunAsync(string file, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = new(Patience);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
            string output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await error + output);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
