using System.Runtime.InteropServices;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Supervision;

/// <summary>The pipe in a command's folder by which others write to its input.</summary>
internal static class InputPipe
{
    private const int OwnerOnly = 0x180;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static void Make(string path)
    {
        if (Libc.MakePipe(path, OwnerOnly) != 0 && Marshal.GetLastPInvokeError() != Libc.FileExists)
        {
            throw new IOException($"The pipe {path} can't be made: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Writes to whoever reads; waits while it doesn't read.</summary>
    /// <returns>How many bytes the pipe has taken; fewer than all if nobody reads any more, or not in time.</returns>
    public static async Task<int> WriteAsync(string path, ReadOnlyMemory<byte> input, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        int fd = Libc.Open(path, Libc.WriteOnly | Libc.WithoutWaiting | Libc.CloseOnExec, 0);
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
                if (count < 0 && Marshal.GetLastPInvokeError() != Libc.WouldBlock)
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
            _ = Libc.Close(fd);
        }
    }

    private static unsafe nint Put(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return Libc.Write(fd, start, bytes.Length);
        }
    }
}
