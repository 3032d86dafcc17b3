using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Snapshots;

/// <summary>
/// A folder that is open. What is done through it is done in this very folder, whatever a command does to the path meanwhile, and never
/// behind a link.
/// </summary>
internal sealed class OpenFolder : IDisposable
{
    private const int CurrentFolder = -100;
    private const int LongestTarget = 4096;
    private const int OwnerReads = 0x100;
    private const int OwnerEnters = 0x1c0;

    /// <summary>Where a name begins in the kernel's <c>struct dirent</c>.</summary>
    private const int NameOffset = 19;

    private readonly int _fd;

    private OpenFolder(int fd) => _fd = fd;

    /// <exception cref="IOException">It isn't there, or no folder.</exception>
    public static OpenFolder Root(string path)
    {
        int fd = Posix.OpenAt(CurrentFolder, Posix.Raw(Posix.Held(path)), Libc.ReadOnly | Libc.FolderOnly | Libc.NoFollow | Libc.CloseOnExec, 0);
        return fd < 0 ? throw Posix.Failure($"{path} can't be opened") : new OpenFolder(fd);
    }

    /// <summary>The names in it, in the order of their bytes.</summary>
    public IReadOnlyList<string> List()
    {
        int again = Posix.OpenAt(_fd, Posix.Raw("."), Libc.ReadOnly | Libc.FolderOnly | Libc.CloseOnExec, 0);
        nint listing = again < 0 ? 0 : Posix.OpenListing(again);
        if (listing == 0)
        {
            throw Posix.Failure("A folder can't be listed");
        }

        try
        {
            var names = new List<string>();
            for (nint entry = Next(listing); entry != 0; entry = Next(listing))
            {
                if (NameAt(entry + NameOffset) is not ("." or "..") and var name)
                {
                    names.Add(name);
                }
            }

            names.Sort(StringComparer.Ordinal);
            return names;
        }
        finally
        {
            _ = Posix.CloseListing(listing);
        }
    }

    /// <inheritdoc cref="FileFacts.Find"/>
    public FileFacts? Find(string name) => FileFacts.Find(_fd, name);

    /// <summary>Opens a folder in it, also one that its owner may not look into.</summary>
    public OpenFolder Folder(string name) =>
        new(Open(name, Libc.ReadOnly | Libc.FolderOnly | Libc.NoFollow | Libc.CloseOnExec, OwnerEnters));

    /// <summary>Opens a file for reading, also one that its owner may not read.</summary>
    public FileStream File(string name) => Stream(
        Open(name, Libc.ReadOnly | Libc.NoFollow | Libc.CloseOnExec | Libc.WithoutWaiting, OwnerReads), FileAccess.Read);

    /// <summary>Makes a file that isn't there yet, and opens it for writing.</summary>
    public FileStream NewFile(string name)
    {
        int fd = Posix.OpenAt(_fd, Posix.Raw(name), Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow | Libc.CloseOnExec, OwnerReads | (OwnerReads / 2));
        return fd < 0 ? throw Posix.Failure($"{Posix.Readable(name)} can't be written") : Stream(fd, FileAccess.Write);
    }

    /// <returns>What the link points to.</returns>
    public byte[] ReadLink(string name)
    {
        byte[] target = new byte[LongestTarget];
        nint length = Posix.ReadLinkAt(_fd, Posix.Raw(name), target, target.Length);
        return length < 0 ? throw Posix.Failure($"The link {Posix.Readable(name)} can't be read") : target[..(int)length];
    }

    public void MakeFolder(string name) => Check(Posix.MakeFolderAt(_fd, Posix.Raw(name), OwnerEnters), name, "made");

    public void MakeLink(string name, byte[] target) => Check(Posix.MakeLinkAt([.. target, 0], _fd, Posix.Raw(name)), name, "made");

    /// <summary>Removes whatever has this name, a folder with all that is in it.</summary>
    /// <exception cref="IOException">It can't be removed, or is nested more deeply than any snapshot has it.</exception>
    public void Remove(string name) => Remove(name, depth: 0);

    /// <summary>Each level has a descriptor and its place on the stack, and a command may nest as many as it likes.</summary>
    private void Remove(string name, int depth)
    {
        if (depth > TreeScan.Deepest)
        {
            throw new IOException($"{Posix.Readable(name)} can't be removed: folders are nested more than {TreeScan.Deepest} deep.");
        }

        bool isFolder = Find(name)?.Kind == FileKind.Folder;
        if (isFolder)
        {
            using OpenFolder folder = Folder(name);
            folder.SetMode(OwnerEnters);
            foreach (string inner in folder.List())
            {
                folder.Remove(inner, depth + 1);
            }
        }

        Check(Posix.RemoveAt(_fd, Posix.Raw(name), isFolder ? Posix.RemoveFolder : 0), name, "removed");
    }

    /// <summary>Sets this folder's own permissions.</summary>
    public void SetMode(int mode) => Check(Posix.SetMode(_fd, mode), ".", "changed");

    /// <summary>Sets the permissions of an open file, and when it was changed last.</summary>
    /// <param name="file">The file.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="modified">Nanoseconds since 1970.</param>
    public static void Finish(FileStream file, int mode, long modified)
    {
        int fd = (int)file.SafeFileHandle.DangerousGetHandle();
        Check(Posix.SetMode(fd, mode), file.Name, "changed");
        Check(Posix.SetTimes(fd, new Posix.Times(modified)), file.Name, "changed");
    }

    public void Dispose() => _ = Libc.Close(_fd);

    private static nint Next(nint listing) => Posix.ReadListing(listing);

    private static unsafe string NameAt(nint bytes) =>
        Encoding.Latin1.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)bytes));

    private static FileStream Stream(int fd, FileAccess access) => new(new SafeFileHandle(fd, ownsHandle: true), access, bufferSize: 0);

    private static void Check(int answer, string name, string done)
    {
        if (answer != 0)
        {
            throw Posix.Failure($"{Posix.Readable(name)} can't be {done}");
        }
    }

    /// <param name="missing">What its owner may have taken from itself; it is given back for as long as opening takes.</param>
    private int Open(string name, int flags, int missing)
    {
        int fd = Posix.OpenAt(_fd, Posix.Raw(name), flags, 0);
        if (fd < 0 && Marshal.GetLastPInvokeError() == Libc.PermissionDenied)
        {
            fd = OpenForbidden(name, flags & ~Libc.NoFollow, missing);
        }

        return fd < 0 ? throw Posix.Failure($"{Posix.Readable(name)} can't be opened") : fd;
    }

    /// <summary>By a handle on the very thing, so that no link can take its place between change and opening.</summary>
    private int OpenForbidden(string name, int flags, int missing)
    {
        int handle = Posix.OpenAt(_fd, Posix.Raw(name), Libc.HandleOnly | Libc.NoFollow | Libc.CloseOnExec, 0);
        if (handle < 0)
        {
            return handle;
        }

        using var thing = new OpenFolder(handle);
        if (FileFacts.Find(handle, string.Empty) is not { Kind: FileKind.File or FileKind.Folder } facts)
        {
            return -1;
        }

        byte[] itself = Posix.Raw($"/proc/self/fd/{handle}");
        if (Posix.SetModeAt(CurrentFolder, itself, facts.Mode | missing, 0) != 0)
        {
            return -1;
        }

        int fd = Posix.OpenAt(CurrentFolder, itself, flags, 0);
        Check(Posix.SetModeAt(CurrentFolder, itself, facts.Mode, 0), name, "changed back");
        return fd;
    }
}
