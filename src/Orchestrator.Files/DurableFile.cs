using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Files;

/// <summary>Files that are there whole, or not at all, also after a loss of power.</summary>
public static partial class DurableFile
{
    private const string Library = "libc";
    internal const int CloseOnExec = 0x80000;

    /// <summary>Makes a folder, and those above it, that only this user may look into, and syncs what holds them.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        string parent = Path.GetDirectoryName(path)!;
        CreateFolder(parent);
        WholeFile.CreateFolder(path);
        SyncFolder(parent);
    }

    /// <summary>Writes beside, syncs, renames over the name and syncs the folder.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        WholeFile.Write(path, content, Sync);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>The same for what is more than the memory should hold.</summary>
    /// <param name="path">The name.</param>
    /// <param name="write">Writes it all, once.</param>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        string beside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            await using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await write(file);
                await file.FlushAsync();
                Sync(file.SafeFileHandle, beside);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes as <see cref="Write"/> does, but a file that is there already stays as it is.</summary>
    public static void WriteOnce(string path, ReadOnlySpan<byte> content)
    {
        WholeFile.WriteOnce(path, content, Sync);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Returns when what was written to the file is on the disk.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">What it is called in messages.</param>
    public static void Sync(SafeFileHandle file, string path)
    {
        // The runtime's own FlushToDisk lets a failed sync pass for a good one (.NET 10.0.12 on Linux).
        if (Fsync((int)file.DangerousGetHandle()) != 0)
        {
            throw Failure($"Syncing {path}");
        }
    }

    public static void SyncFolder(string folder) => OnFolder(folder, Fsync, "Syncing");

    /// <summary>Syncs the whole file system that holds the folder.</summary>
    public static void SyncFileSystem(string folder) => OnFolder(folder, Syncfs, "Syncing the file system of");

    /// <summary>Whether syncing the file system of one syncs that of the other.</summary>
    public static bool AreOnOneFileSystem(string folder, string other) => DeviceOf(folder) == DeviceOf(other);

    /// <summary>The two numbers stand behind each other in the kernel's <c>struct statx</c>, which is the same on every machine.</summary>
    private static unsafe long DeviceOf(string path)
    {
        const int StatxBytes = 256;
        const int DeviceOffset = 136;
        const int ThisFolder = -100;
        byte* facts = stackalloc byte[StatxBytes];
        return Statx(ThisFolder, path, 0, 0, facts) == 0 ? *(long*)(facts + DeviceOffset) : throw Failure($"Looking at {path}");
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
    internal static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint wanted, byte* facts);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int Close(int fd);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int fd);

    [LibraryImport(Library, EntryPoint = "syncfs", SetLastError = true)]
    private static partial int Syncfs(int fd);
}
