using System.Runtime.InteropServices;

namespace Orchestrator.Tools.Snapshots;

/// <summary>What the kernel says of a file, without following a link.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Nanoseconds since 1970.</param>
/// <param name="Changed">Nanoseconds since 1970, of content or anything else; nobody can set it.</param>
/// <param name="Inode">The file's number on its disk.</param>
internal readonly partial record struct FileFacts(FileKind Kind, int Mode, long Size, long Modified, long Changed, ulong Inode)
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicFacts = 0x7ff;
    private const int PermissionBits = 0xfff;
    private const int KindBits = 0xf000;

    /// <exception cref="IOException">It isn't there, or can't be looked at.</exception>
    public static FileFacts Of(string path)
    {
        if (Look(CurrentFolder, path, NoFollow, BasicFacts, out Statx facts) != 0)
        {
            throw new IOException($"{path} can't be looked at: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        FileKind kind = (facts.Mode & KindBits) switch
        {
            0x8000 => FileKind.File,
            0xa000 => FileKind.Link,
            0x4000 => FileKind.Folder,
            _ => FileKind.Other,
        };
        return new FileFacts(kind, facts.Mode & PermissionBits, (long)facts.Size, facts.Modified.Nanoseconds, facts.Changed.Nanoseconds, facts.Inode);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Look(int folder, string path, int flags, uint mask, out Statx facts);

    /// <summary>The kernel's <c>struct statx</c>: see statx(2).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct Statx
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
    private struct Time
    {
        public long Seconds;
        public uint Rest;
        public int Spare;

        public readonly long Nanoseconds => (Seconds * 1_000_000_000) + Rest;
    }
}

/// <summary>What a name in a folder stands for.</summary>
internal enum FileKind
{
    File,
    Link,
    Folder,

    /// <summary>A socket, a pipe, a device: no snapshot has it.</summary>
    Other,
}
