using System.Runtime.InteropServices;

namespace Orchestrator.Tools.Supervision;

/// <summary>The pipe in a command's folder by which others write to its input.</summary>
internal static partial class InputPipe
{
    private const int OwnerOnly = 0x180;
    private const int WriteOnly = 0x1;
    private const int NoWait = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int Exists = 17;
    private const int TryAgain = 11;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static void Make(string path)
    {
        if (MakePipe(path, OwnerOnly) != 0 && Marshal.GetLastPInvokeError() != Exists)
        {
            throw new IOException($"The pipe {path} can't be made: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Writes to whoever reads; waits while it doesn't read.</summary>
    /// <returns>How many bytes the pipe has taken; fewer than all if nobody reads any more, or not in time.</returns>
    public static async Task<int> WriteAsync(string path, ReadOnlyMemory<byte> input, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        int fd = Open(path, WriteOnly | NoWait | CloseOnExec, 0);
        if (fd < 0)
        {
            return 0;
        }

        long begun = time.GetTimestamp();
        int taken = 0;
        try
        {
            while (taken < input.Length && time.GetElapsedTime(begun) < patience)
            {
                nint count = Put(fd, input.Span[taken..]);
                if (count < 0 && Marshal.GetLastPInvokeError() != TryAgain)
                {
                    return taken;
                }

                taken += (int)Math.Max(count, 0);
                if (taken < input.Length)
                {
                    await Task.Delay(Look, time, cancellationToken);
                }
            }

            return taken;
        }
        finally
        {
            _ = Close(fd);
        }
    }

    private static unsafe nint Put(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return Write(fd, start, bytes.Length);
        }
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, int mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(int fd, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
