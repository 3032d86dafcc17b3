using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Cli.Hosting;

/// <summary>Finds the data folder that a verb works on.</summary>
internal static class DataFolders
{
    /// <param name="folder">What <c>--data</c> says; null for the default.</param>
    /// <exception cref="EnvironmentException">The folder can't be made.</exception>
    public static DataFolder Open(string? folder)
    {
        string path = PathOf(folder);
        try
        {
            // It holds transcripts and diffs: nobody else on the machine may read it.
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            return new DataFolder(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentException($"The data folder {path} can't be made: {failure.Message} Name another with --data.");
        }
    }

    /// <summary>Finds a folder to read from, and makes none.</summary>
    /// <param name="folder">What <c>--data</c> says; null for the default.</param>
    /// <param name="keepsRunsElsewhere">Whether its runs are in a database somewhere else.</param>
    /// <returns>Null if no run was ever stored there.</returns>
    public static DataFolder? Find(string? folder, Func<DataFolder, bool> keepsRunsElsewhere)
    {
        string path = PathOf(folder);
        var data = new DataFolder(path);
        return File.Exists(data.RunDatabase) || File.Exists(path) || keepsRunsElsewhere(data) ? Open(folder) : null;
    }

    /// <summary>What a hint at another command must add so that it works on the same folder.</summary>
    public static string OptionFor(DataFolder data) =>
        data.Root == Path.GetFullPath(Default()) ? string.Empty : $" --data {data.Root}";

    /// <summary>Where a folder is, or would be.</summary>
    public static string PathOf(string? folder) => Path.GetFullPath(folder ?? Default());

    private static string Default()
    {
        if (Environment.GetEnvironmentVariable("ORCHESTRATOR_DATA") is { Length: > 0 } configured)
        {
            return configured;
        }

        string home = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data
            ? data
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return Path.Combine(home, "orchestrator");
    }
}
