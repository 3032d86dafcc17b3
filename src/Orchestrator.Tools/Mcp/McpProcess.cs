using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Mcp;

/// <summary>A server's program: in the sandbox, with the workspace and without network, unless the operator has it run outside.</summary>
internal sealed class McpProcess : IAsyncDisposable
{
    private const int KeptError = 2000;
    private const string SeccompFd = "9";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>What a program on the machine itself is told of it.</summary>
    private static readonly string[] UsualVariables = ["PATH", "HOME", "LANG", "TMPDIR"];

    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly Task _draining;

    private readonly string? _filter;

    private McpProcess(Process process, string? filter)
    {
        _process = process;
        _filter = filter;
        _draining = DrainAsync();
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <exception cref="McpServerException">The program can't be started.</exception>
    public static async Task<McpProcess> StartAsync(McpServerOptions server, McpLauncher launcher, Workspace workspace, CancellationToken cancellationToken)
    {
        string? filter = server.Outside || !SystemCallFilter.IsSupported ? null : Path.GetTempFileName();
        try
        {
            if (filter is not null)
            {
                await File.WriteAllBytesAsync(filter, SystemCallFilter.Build(), cancellationToken);
            }

            IReadOnlyList<string> line = server.Outside ? server.Command : Inside(launcher.Profile.CommandLine(new SandboxView(workspace), server.Command), filter);
            ProcessStartInfo start = new(line[0], line.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = "/",
            };
            start.Environment.Clear();
            foreach (string name in (IEnumerable<string>)[.. server.Outside ? UsualVariables : [], .. server.Environment])
            {
                start.Environment[name] = launcher.Configuration[name];
            }

            foreach ((string name, string value) in server.Outside ? new Dictionary<string, string>() : launcher.Profile.Environment)
            {
                start.Environment[name] = value;
            }

            return new McpProcess(await launcher.Thread.StartAsync(start, cancellationToken), filter);
        }
        catch (Win32Exception failure)
        {
            Delete(filter);
            throw new McpServerException(McpFailure.NotMade, $"its program can't be started: {failure.Message}", failure);
        }
    }

    /// <summary>The end of what it wrote to standard error, on one line.</summary>
    public string LastWords()
    {
        lock (_error)
        {
            return _error.ToString().Trim().ReplaceLineEndings("; ");
        }
    }

    /// <summary>Its input ends; a program that doesn't end with it is killed, with all that it started.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using CancellationTokenSource grace = new(Grace);
            await _process.WaitForExitAsync(grace.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }

        // Whoever it left behind may hold the pipe open, and what hangs in the kernel takes its end when it can.
        using CancellationTokenSource patience = new(Grace);
        await Task.WhenAny(_draining, _process.WaitForExitAsync(patience.Token));
        _process.Dispose();
        Delete(_filter);
    }

    private static void Delete(string? filter)
    {
        if (filter is not null)
        {
            File.Delete(filter);
        }
    }

    private async Task DrainAsync()
    {
        char[] buffer = new char[1024];
        try
        {
            while (await _process.StandardError.ReadAsync(buffer) is > 0 and int count)
            {
                lock (_error)
                {
                    _error.Append(buffer, 0, count);
                    _error.Remove(0, Math.Max(0, _error.Length - KeptError));
                }
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ended, and so did what it had to say.
        }
    }

    // The shell opens the filter and becomes bubblewrap: descriptors that this process has open are not handed on.
    private static IReadOnlyList<string> Inside(IReadOnlyList<string> line, string? filter) => filter is null
        ? line
        : ["/bin/bash", "-c", $"exec {SeccompFd}<\"$1\"; shift; exec \"$@\"", "bash", filter, line[0], "--seccomp", SeccompFd, .. line.Skip(1)];
}
