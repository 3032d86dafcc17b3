using System.Runtime.InteropServices;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Snapshots;

/// <summary>What the kernel says of a name, without following a link.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Modified">Nanoseconds since 1970.</param>
/// <param name="Changed">Nanoseconds since 1970, of content or anything else; nobody can set it.</param>
/// <param name="Inode">The file's number on its disk.</param>
internal readonly record struct FileFacts(FileKind Kind, int Mode, long Size, long Modified, long Changed, ulong Inode)
{
    private const uint BasicFacts = 0x7ff;
    private const int PermissionBits = 0x1ff;
    private const int KindBits = 0xf000;

    /// <param name="folder">An open folder, or anything that is open.</param>
    /// <param name="name">A name in it; empty for itself.</param>
    /// <returns>Null if there is no such name.</returns>
    /// <exception cref="IOException">It can't be looked at.</exception>
    public static FileFacts? Find(int folder, string name)
    {
        if (Posix.Look(folder, Posix.Raw(name), Posix.NoFollowLook | (name.Length == 0 ? Posix.Itself : 0), BasicFacts, out Posix.Statx facts) != 0)
        {
            return Marshal.GetLastPInvokeError() == Libc.NoSuchFile
                ? null
                : throw Posix.Failure($"{Posix.Readable(name)} can't be looked at");
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
