using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Orchestrator.Testing.Processes;

/// <summary>A JavaScript file beside a test, which tries somebody's own client on us; its packages are installed beside it.</summary>
public static class NodeScript
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs it to its end.</summary>
    /// <param name="file">Its name, in the folder of the test that runs it.</param>
    /// <param name="argument">What it is told.</param>
    /// <param name="here">The test's own file; left to the compiler.</param>
    /// <returns>How it ended, and all it wrote.</returns>
    /// <exception cref="InvalidOperationException">Node.js or the packages are not installed.</exception>
    /// <exception cref="OperationCanceledException">It did not end.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(string file, string argument, [CallerFilePath] string here = "")
    {
        string folder = Path.GetDirectoryName(here)!;
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException($"The packages of {file} are not installed. Run: bash infra/local/setup.sh tests (or: npm ci --prefix {folder})");
        }

        using Process node = Started(new ProcessStartInfo("node", [Path.Combine(folder, file), argument])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
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
