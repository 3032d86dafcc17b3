using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Sandbox;

/// <summary>Runs the orchestrator's own short helpers behind the same walls as the agent's commands.</summary>
internal sealed class BubblewrapSandbox(SandboxProfile profile, LauncherThread launcher, IOptions<SandboxOptions> options, TimeProvider time)
    : ISandbox
{
    private const int ErrorBytes = 64 * 1024;

    private readonly SandboxOptions _options = options.Value;

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        if (SandboxCheck.Missing(_options, KernelSettings.Here()) is { } missing)
        {
            return missing;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("sandbox-check-");
        try
        {
            Workspace workspace = new() { Tree = folder.FullName, Shell = folder.FullName, Git = folder.FullName, Snapshots = folder.FullName };
            SandboxOutput output = await RunAsync(workspace, ["/bin/true"], ReadOnlyMemory<byte>.Empty, cancellationToken);
            return output.ExitCode == 0 ? null : SandboxCheck.Explain(output.Error, KernelSettings.Here());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public async Task<SandboxOutput> RunAsync(
        Workspace workspace, IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_options.HelperTimeout, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using Process process = await launcher.StartAsync(StartInfo(workspace, command), cancellationToken);
        try
        {
            Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream, _options.HelperOutputBytes, stop.Token);
            Task<byte[]> error = ReadAsync(process.StandardError.BaseStream, ErrorBytes, stop.Token);
            await WriteAsync(process.StandardInput.BaseStream, input, stop.Token);
            await Task.WhenAll(output, error);
            await process.WaitForExitAsync(stop.Token);
            return new SandboxOutput(process.ExitCode, await output, Encoding.UTF8.GetString(await error));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The helper {command[0]} did not end in the sandbox within {_options.HelperTimeout}.");
        }
        finally
        {
            await EndAsync(process);
        }
    }

    private ProcessStartInfo StartInfo(Workspace workspace, IReadOnlyList<string> command)
    {
        IReadOnlyList<string> line = profile.CommandLine(workspace, withShell: false, script: null, command);
        ProcessStartInfo start = new(line[0], line.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach ((string name, string value) in profile.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    // With its children by name: until bubblewrap has set itself up, its end is not yet theirs.
    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await using (stream)
            {
                await stream.WriteAsync(input, cancellationToken);
            }
        }
        catch (IOException)
        {
            // The helper ended without reading all of it; its exit code says why.
        }
    }

    // Reads on past the limit: a full pipe would hold the helper for ever.
    private static async Task<byte[]> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        using MemoryStream kept = new();
        byte[] buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and int count)
        {
            kept.Write(buffer, 0, (int)Math.Min(count, limit - kept.Length));
        }

        return kept.ToArray();
    }
}
