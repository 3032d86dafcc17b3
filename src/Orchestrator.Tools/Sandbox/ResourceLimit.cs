using System.Runtime.InteropServices;

namespace Orchestrator.Tools.Sandbox;

/// <summary>A limit of the kernel on a process, by the kernel's number.</summary>
internal readonly partial record struct ResourceLimit(int Number)
{
    public static ResourceLimit Processes { get; } = new(6);

    public static ResourceLimit OpenFiles { get; } = new(7);

    /// <summary>What this process may not go above.</summary>
    public long Hard() =>
        GetLimit(Number, out Bounds bounds) == 0 && bounds.Hard <= long.MaxValue ? (long)bounds.Hard : long.MaxValue;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Bounds bounds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Bounds
    {
        public ulong Soft;
        public ulong Hard;
    }
}
