namespace Orchestrator.Supervisor.Groups;

/// <summary>How much room there is on the disk of a command's tree.</summary>
internal enum DiskRoom
{
    Enough,

    /// <summary>Less than must stay free: nobody may fill it further.</summary>
    Low,

    /// <summary>Hardly anything: whoever has filled it, nobody goes on there.</summary>
    None,
}

/// <summary>What is free on the disk of a command's tree.</summary>
internal static unsafe class FreeSpace
{
    // A disk of which all files are used up is as full as one without a byte; on some, files are not counted.
    private const ulong FilesShare = 256;
    private const ulong LastShare = 4;

    /// <param name="folder">A folder on the disk.</param>
    /// <param name="bytes">What must stay free of it.</param>
    public static DiskRoom Look(string folder, long bytes)
    {
        Libc.FileSystem found;
        if (Libc.StatVfs(folder, &found) != 0)
        {
            return DiskRoom.Enough;   // Of a folder that is gone the command itself will say so.
        }

        return Lacks(found, (ulong)bytes / LastShare, FilesShare * LastShare) ? DiskRoom.None
            : Lacks(found, (ulong)bytes, FilesShare) ? DiskRoom.Low
            : DiskRoom.Enough;
    }

    private static bool Lacks(Libc.FileSystem disk, ulong bytes, ulong filesShare) =>
        disk.AvailableBlocks * disk.BlockSize < bytes || (disk.Files > 0 && disk.AvailableFiles < disk.Files / filesShare);
}
