using System.Runtime.InteropServices;
using System.Text;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Snapshots;

/// <summary>
/// The calls of the kernel that work on a name within a folder that is open: nobody can put a link in the way meanwhile. Names are bytes;
/// here each byte is a character of a string (Latin-1), so that every name can be held, and compares as its bytes do. The kernel's other
/// calls and its numbers are those of <see cref="Libc"/>.
/// </summary>
internal static partial class Posix
{
    public const int NoFollowLook = 0x100;
    public const int Itself = 0x1000;
    public const int RemoveFolder = 0x200;

    /// <summary>A name as the kernel takes it.</summary>
    public static byte[] Raw(string name)
    {
        byte[] bytes = new byte[name.Length + 1];
        Encoding.Latin1.GetBytes(name, bytes);
        return bytes;
    }

    /// <summary>A name as people read it.</summary>
    public static string Readable(string name) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name));

    /// <summary>A name of ours, or of people, as it is held here.</summary>
    public static string Held(string name) => Encoding.Latin1.GetString(PathText.Encode(name));

    /// <exception cref="IOException">Always: what the kernel said of the last call.</exception>
    public static IOException Failure(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, byte[] name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    public static partial nint OpenListing(int fd);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    public static partial nint ReadListing(nint listing);

    [LibraryImport("libc", EntryPoint = "closedir")]
    public static partial int CloseListing(nint listing);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(int folder, byte[] name, byte[] target, nint length);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeFolderAt(int folder, byte[] name, int mode);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int MakeLinkAt(byte[] target, int folder, byte[] name);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int RemoveAt(int folder, byte[] name, int flags);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int SetMode(int fd, int mode);

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    public static partial int SetModeAt(int folder, byte[] name, int mode, int flags);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(int fd, in Times times);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int Look(int folder, byte[] name, int flags, uint mask, out Statx facts);

    /// <summary>When a file was read and changed last, for futimens(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Times(long modified)
    {
        private readonly long _readSeconds = modified / Second;
        private readonly long _readRest = modified % Second;
        private readonly long _modifiedSeconds = modified / Second;
        private readonly long _modifiedRest = modified % Second;

        private const long Second = 1_000_000_000;
    }

    /// <summary>The kernel's <c>struct statx</c>: see statx(2).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct Statx
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint User;
        public uint Group;
        public ushort Mode;
        public ushort Spare;
        public ulong Inode;
        public ulong Size;
        public ulong Blocks;
        public ulong AttributesMask;
        public Time Accessed;
        public Time Born;
        public Time Changed;
        public Time Modified;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Time
    {
        public long Seconds;
        public uint Rest;
        public int Spare;

        public readonly long Nanoseconds => (Seconds * 1_000_000_000) + Rest;
    }
}
