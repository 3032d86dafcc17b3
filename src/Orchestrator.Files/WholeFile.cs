using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Files;

/// <summary>
/// Files that are there whole, or not at all, to whoever looks while the machine runs; what a loss of power leaves of them is uncertain.
/// <see cref="DurableFile"/> is certain of that, too, and costs two syncs.
/// </summary>
public static class WholeFile
{
    /// <summary>Makes a folder that only this user may look into; one that is there stays as it is.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Commands and edits run only on Linux; on Windows use WSL2.");
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Writes beside and renames over the name.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content) => Write(path, content, static (_, _) => { });

    internal static void Write(string path, ReadOnlySpan<byte> content, Action<SafeFileHandle, string> written)
    {
        string beside = WriteBeside(path, content, written);
        try
        {
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    internal static void WriteOnce(string path, ReadOnlySpan<byte> content, Action<SafeFileHandle, string> written)
    {
        string beside = WriteBeside(path, content, written);
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
    }

    private static string WriteBeside(string path, ReadOnlySpan<byte> content, Action<SafeFileHandle, string> written)
    {
        string beside = $"{path}.{Guid.NewGuid():N}";
        using SafeFileHandle file = File.OpenHandle(beside, FileMode.CreateNew, FileAccess.Write);
        try
        {
            RandomAccess.Write(file, content, 0);
            written(file, beside);
            return beside;
        }
        catch
        {
            // On a full disk, what lies beside would be tried again and again, and never be found.
            File.Delete(beside);
            throw;
        }
    }
}
