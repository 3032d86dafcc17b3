using System.Diagnostics;

namespace Orchestrator.Tools.Tests.Snapshots;

/// <summary>What find(1) and sha256sum(1) say of a folder: names, kinds, permissions, times of files, links' targets, contents.</summary>
internal static class TreeFingerprint
{
    private const string Script =
        """
        set -e
        cd -- "$1"
        find . \( -type f -printf '%y %m %s %T@ %p\0' \) -o \( -type l -printf '%y %p -> %l\0' \) -o -printf '%y %m %p\0' | LC_ALL=C sort -z | tr '\0' '\n'
        find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
        """;

    public static Task<string> OfAsync(string folder) => ShellAsync(Script, folder);

    /// <summary>Runs a script that must go well, with one argument, and returns what it printed.</summary>
    public static async Task<string> ShellAsync(string script, string argument)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", script, "bash", argument])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = System.Text.Encoding.Latin1,
        })!;
        string output = await shell.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await shell.WaitForExitAsync(CancellationToken.None);
        Assert.Equal(0, shell.ExitCode);
        return output;
    }
}
