using System.Runtime.InteropServices;

namespace Orchestrator.Supervisor;

/// <summary>A lock that the kernel lets go of when its holder ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private int _fd;

    private FolderLock(int fd) => _fd = fd;

    /// <summary>Takes the lock for the one supervisor of the folder.</summary>
    /// <returns>Null if somebody holds it.</returns>
    public static FolderLock? TryTake(string path) => TryLock(path, Libc.ReadWrite | Libc.Create, Libc.LockExclusive);

    /// <summary>Takes the lock together with others who only look.</summary>
    /// <returns>Null if a supervisor holds it.</returns>
    public static FolderLock? TryShare(string path) => TryLock(path, Libc.ReadWrite | Libc.Create, Libc.LockShared);

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.Close(_fd);
            _fd = -1;
        }
    }

    // Close-on-exec is what keeps the lock from living on in the sandbox.
    private static FolderLock? TryLock(string path, int flags, int operation)
    {
        int fd = Libc.Open(path, flags | Libc.CloseOnExec, Convert.ToInt32("600", 8));
        if (fd < 0)
        {
            throw Libc.Failure($"Opening the lock {path}");
        }

        while (Libc.Flock(fd, operation | Libc.LockWithoutWaiting) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Libc.Interrupted)
            {
                continue;
            }

            IOException failure = Libc.Failure($"Locking {path}");
            _ = Libc.Close(fd);
            return error == Libc.WouldBlock ? null : throw failure;
        }

        return new FolderLock(fd);
    }
}
