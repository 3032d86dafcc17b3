namespace Orchestrator.Supervisor.Groups;

/// <summary>What is free on the disk of a command's tree.</summary>
internal static unsafe class FreeSpace
{
    // A disk of which all files are used up is as full as one without a byte; on some, files are not counted.
    private const ulong FilesShare = 256;

    /// <returns>True if less is free than must stay so, or hardly another file can be made.</returns>
    public static bool IsShort(string folder, long bytes)
    {
        Libc.FileSystem found;
        return Libc.StatVfs(folder, &found) == 0
            && (found.AvailableBlocks * found.BlockSize < (ulong)bytes || (found.Files > 0 && found.AvailableFiles < found.Files / FilesShare));
    }
}
