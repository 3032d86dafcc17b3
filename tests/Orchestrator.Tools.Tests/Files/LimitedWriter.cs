using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orchestrator.Tools.Tests.Files;

/// <summary>This assembly as a process whose files may not grow beyond a limit, as on a disk that fills up.</summary>
internal static class LimitedWriter
{
    private const int KibibytesAllowed = 64;

    /// <summary>Starts the process, which writes more than it may.</summary>
    /// <returns>The type of the exception that it met.</returns>
    public static async Task<string> RunAsync(string path, string how)
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        var start = new ProcessStartInfo(
            "bash",
            ["-c", $"trap '' XFSZ; ulimit -f {KibibytesAllowed}; exec \"$@\"", "bash", dotnet, typeof(LimitedWriter).Assembly.Location, path, how])
        {
            RedirectStandardOutput = true,
        };

        // The runtime maps its code through a file that is larger than the limit.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        string told = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return told.Trim();
    }

    /// <summary>What the process does.</summary>
    public static int Write(string path, string how)
    {
        Exception? failure = Record.Exception(
            () => DurableFileTests.Write(path, new byte[4 * KibibytesAllowed * 1024], isOnce: how == "once"));
        Console.WriteLine(failure?.GetType().Name ?? "written");
        return 0;
    }
}
