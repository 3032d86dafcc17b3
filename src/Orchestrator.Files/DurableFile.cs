using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Files;

/// <summary>Files that are there whole, or not at all, also after a loss of power.</summary>
public static partial class DurableFile
{
    private const string Library = "libc";
    private const int CloseOnExec = 0x80000;

    /// <summary>Makes a folder, and those above it, that only this user may look into, and syncs what holds them.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Commands and edits run only on Linux; on Windows use WSL2.");
        }

        if (Directory.Exists(path))
        {
            return;
        }

        string parent = Path.GetDirectoryName(path)!;
        CreateFolder(parent);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SyncFolder(parent);
    }

    /// <summary>Writes beside, syncs, renames over the name and syncs the folder.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string beside = WriteBeside(path, content);
        try
        {
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>The same, but a file that is there already stays as it is.</summary>
    public static void WriteOnce(string path, ReadOnlySpan<byte> content)
    {
        string beside = WriteBeside(path, content);
        try
        {
            File.Move(beside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(beside);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    public static void SyncFolder(string folder) => OnFolder(folder, Fsync, "Syncing");

    /// <summary>Syncs the whole file system that holds the folder.</summary>
    public static void SyncFileSystem(string folder) => OnFolder(folder, Syncfs, "Syncing the file system of");

    private static string WriteBeside(string path, ReadOnlySpan<byte> content)
    {
        string beside = $"{path}.{Guid.NewGuid():N}";
        using SafeFileHandle file = File.OpenHandle(beside, FileMode.CreateNew, FileAccess.Write);
        try
        {
            RandomAccess.Write(file, content, 0);
            Sync(file, beside);
            return beside;
        }
        catch
        {
            // On a full disk, what lies beside would be tried again and again, and never be found.
            File.Delete(beside);
            throw;
        }
    }

    // The runtime's own FlushToDisk lets a failed sync pass for a good one (.NET 10.0.12 on Linux).
    private static void Sync(SafeFileHandle file, string path)
    {
        if (Fsync((int)file.DangerousGetHandle()) != 0)
        {
            throw Failure($"Syncing {path}");
        }
    }

    private static void OnFolder(string folder, Func<int, int> sync, string attempt)
    {
        int fd = Open(folder, CloseOnExec);
        if (fd < 0)
        {
            throw Failure($"Opening the folder {folder}");
        }

        try
        {
            if (sync(fd) != 0)
            {
                throw Failure($"{attempt} the folder {folder}");
            }
        }
        finally
        {
            _ = Close(fd);
        }
    }

    private static IOException Failure(string attempt)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{attempt} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).", error);
    }

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int Close(int fd);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int fd);

    [LibraryImport(Library, EntryPoint = "syncfs", SetLastError = true)]
    private static partial int Syncfs(int fd);
}
