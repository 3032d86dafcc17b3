using System.Diagnostics;

namespace Orchestrator.Architecture.Tests.Scripts;

/// <summary>The scripts of <c>infra/local</c> on machines that lack something.</summary>
public sealed class SetupScriptTests : IDisposable
{
    private readonly string _programs = Directory.CreateTempSubdirectory("orchestrator-test-").FullName;

    [Theory]
    [InlineData("run.sh")]
    [InlineData("test.sh")]
    public async Task NoDotnet_NamesItAndEndsWith5BeforeAnythingElse(string script)
    {
        Link("bash", "dirname", "mktemp", "rm");

        (int exitCode, string error) = await RunAsync(script);

        Assert.Equal(5, exitCode);
        Assert.StartsWith("The .NET SDK is missing", error, StringComparison.Ordinal);
        Assert.Contains("Install the .NET 10 SDK - apt-get install dotnet-sdk-10.0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SdkThatWontDo_SaysWhy()
    {
        Link("bash", "dirname");
        Write("dotnet", "echo 'A compatible .NET SDK was not found.'; exit 155");

        (int exitCode, string error) = await RunAsync("run.sh");

        Assert.Equal(5, exitCode);
        Assert.StartsWith("The .NET SDK that is installed won't do: A compatible .NET SDK was not found.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PackagesMissingWithoutRoot_NamesTheCommandAndEndsWith5()
    {
        Link("bash", "dirname", "grep");
        Write("dotnet", "exit 0");
        Write("dpkg-query", "exit 1");
        Write("id", "echo 1000");

        (int exitCode, string error) = await RunAsync("run.sh");

        Assert.Equal(5, exitCode);
        Assert.Contains("needs root", error, StringComparison.Ordinal);
        Assert.Contains("apt-get install -y --no-install-recommends bubblewrap git ", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_programs, recursive: true);

    private void Link(params string[] programs)
    {
        foreach (string program in programs)
        {
            File.CreateSymbolicLink(Path.Combine(_programs, program), Path.Combine("/usr/bin", program));
        }
    }

    private void Write(string program, string text)
    {
        string path = Path.Combine(_programs, program);
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private async Task<(int ExitCode, string Error)> RunAsync(string script)
    {
        var start = new ProcessStartInfo("/usr/bin/bash", [Repository.FullPath($"infra/local/{script}")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = _programs;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }
}
