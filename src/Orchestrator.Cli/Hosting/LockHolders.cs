using System.Globalization;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Cli.Hosting;

/// <summary>Finds out who holds a lock without touching it: a look that took the lock, even for a moment, could be in an owner's way.</summary>
internal static class LockHolders
{
    /// <returns>The other processes of this user that work on the runs of a folder.</returns>
    public static IReadOnlyList<string> WorkersOf(DataFolder data) => Of(data.WorkersLock);

    /// <returns>The processes of this user that have the lock's file open, as in <c>process 4711 (orchestrator hub)</c>.</returns>
    public static IReadOnlyList<string> Of(string path) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0 && id != Environment.ProcessId && HasOpen(id, path))
            .Select(id => $"process {id} ({CommandOf(id)})"),
    ];

    private static bool HasOpen(int process, string path)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(file => new FileInfo(file).LinkTarget == path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended, or is another user's.
        }
    }

    /// <summary>The program and its first argument; the rest may be long.</summary>
    private static string CommandOf(int process)
    {
        try
        {
            string[] words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
            return words.Length == 0 ? "ended" : string.Join(' ', [Path.GetFileName(words[0]), .. words.Skip(1).Take(1)]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "ended";
        }
    }
}
