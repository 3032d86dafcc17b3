using Orchestrator.Files;

namespace Orchestrator.Cli.Backups;

/// <summary>A folder that is there whole and on the disk, or not at all.</summary>
internal static class NewFolder
{
    /// <param name="target">The folder; an empty one that is there is replaced.</param>
    /// <param name="fill">Told the folder that becomes it.</param>
    /// <exception cref="IOException">It can't be made; nothing is left of it.</exception>
    public static async Task<T> MakeAsync<T>(string target, Func<string, Task<T>> fill)
    {
        string path = Path.TrimEndingDirectorySeparator(target);
        string parent = Path.GetDirectoryName(path) ?? throw new BadInputException($"{target} is no folder that can be made.");
        Directory.CreateDirectory(parent);
        string building = $"{path}.{Guid.NewGuid():N}.building";
        try
        {
            WholeFile.CreateFolder(building);
            T filled = await fill(building);
            DurableFile.SyncFileSystem(building);
            if (Directory.Exists(path))
            {
                Directory.Delete(path);
            }

            Directory.Move(building, path);
            DurableFile.SyncFolder(parent);
            return filled;
        }
        catch
        {
            if (Directory.Exists(building))
            {
                Directory.Delete(building, recursive: true);
            }

            throw;
        }
    }
}
