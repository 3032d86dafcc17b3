using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Files;

/// <summary>Opens what lies where commands may write: nothing that is reached through a link, and no pipe, whose other end nobody may open.</summary>
public static class PlainFile
{
    private const int WithoutWaiting = 0x800;
    private const int NoSuchFile = 2;
    private const int TooManyLinks = 40;
    private const int NoDevice = 6;
    private const int NotPermitted = 13;

    /// <summary>How the kernel ends the path of what was deleted or replaced since it was opened (proc(5)).</summary>
    private const string Gone = " (deleted)";

    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>Where a folder is, whatever links lead to it.</summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static string RealPathOf(string folder)
    {
        using SafeFileHandle open = Open(folder, DurableFile.CloseOnExec) ?? throw new DirectoryNotFoundException($"There is no folder {folder}.");
        return PathOf(open);
    }

    /// <param name="path">Its path, as <see cref="RealPathOf"/> begins it.</param>
    /// <returns>Null if it is no file, or a link leads there.</returns>
    /// <exception cref="FileNotFoundException">It isn't there, or was replaced in this moment.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static FileStream? OpenRead(string path)
    {
        SafeFileHandle open;
        try
        {
            open = Open(path, NoFollow | WithoutWaiting | DurableFile.CloseOnExec) ?? throw new FileNotFoundException($"There is no file {path}.", path);
        }
        catch (IOException failure) when (failure.HResult is TooManyLinks or NoDevice)
        {
            return null;
        }

        var file = new FileStream(open, FileAccess.Read, bufferSize: 0);
        string found = PathOf(open);
        if (file.CanSeek && found == path)
        {
            return file;
        }

        file.Dispose();
        return found == path + Gone ? throw new FileNotFoundException($"{path} was replaced.", path) : null;
    }

    private static string PathOf(SafeFileHandle open) => new FileInfo($"/proc/self/fd/{open.DangerousGetHandle()}").LinkTarget!;

    /// <returns>Null if nothing is there.</returns>
    private static SafeFileHandle? Open(string path, int flags)
    {
        int fd = DurableFile.Open(path, flags);
        int error = Marshal.GetLastPInvokeError();
        string failure = $"Opening {path} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).";
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true)
            : error == NoSuchFile ? null
            : error == NotPermitted ? throw new UnauthorizedAccessException(failure)
            : throw new IOException(failure, error);
    }
}
