namespace Orchestrator.Supervisor;

/// <summary>Files that are there whole, or not at all, also after a loss of power.</summary>
internal static class DurableFile
{
    /// <summary>Makes a folder, and those above it, that only this user may look into.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Commands and edits run only on Linux; on Windows use WSL2.");
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Writes beside, syncs, renames over the name and syncs the folder.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string beside = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        using (Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(beside, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(beside, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    public static void SyncFolder(string folder) => OnFolder(folder, Libc.Fsync, "Syncing");

    /// <summary>Syncs the whole file system that holds the folder.</summary>
    public static void SyncFileSystem(string folder) => OnFolder(folder, Libc.Syncfs, "Syncing the file system of");

    private static void OnFolder(string folder, Func<int, int> sync, string attempt)
    {
        int fd = Libc.Open(folder, Libc.ReadOnly | Libc.CloseOnExec, 0);
        if (fd < 0)
        {
            throw Libc.Failure($"Opening the folder {folder}");
        }

        try
        {
            if (sync(fd) != 0)
            {
                throw Libc.Failure($"{attempt} the folder {folder}");
            }
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }
}
