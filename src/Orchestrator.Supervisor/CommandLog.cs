using System.Text;
using Microsoft.Win32.SafeHandles;
using Orchestrator.Files;

namespace Orchestrator.Supervisor;

/// <summary>
/// The starts and ends of the commands beside each other in one folder: a line each, synced, in a file for each boot. The files in a command's own
/// folder are whole while the machine runs and aren't synced; a loss of power may take them, and this says what they held. So a start
/// costs one sync, and so does an end.
/// </summary>
/// <param name="parent">The folder that the commands' folders are in.</param>
internal sealed class CommandLog(string parent)
{
    private const string Started = "started";
    private const string Ended = "ended";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Path.Combine(parent, "log");

    public void AppendStart(string command, ReadOnlySpan<byte> record) => Append(command, Started, record);

    public void AppendEnd(string command, ReadOnlySpan<byte> record) => Append(command, Ended, record);

    /// <summary>After a boot, and once: brings the commands' folders to what was noted before it. Whoever looks at one does this first.</summary>
    public void TakeUp()
    {
        if (OfEarlierBoots().Length == 0)
        {
            return;
        }

        using FolderLock held = Wait();
        string[] earlier = OfEarlierBoots();
        foreach ((string command, (byte[]? start, byte[]? end)) in Read(earlier))
        {
            if (start is not null)
            {
                Mend(new CommandFolder(Path.Combine(parent, command)), start, end);
            }
        }

        DurableFile.SyncFileSystem(parent);
        Array.ForEach(earlier, File.Delete);
        DurableFile.SyncFolder(_folder);
    }

    private string[] OfEarlierBoots() => Directory.Exists(_folder)
        ? [.. Directory.EnumerateFiles(_folder).Where(path => Path.GetFileName(path) is var name && name != "lock" && name != BootClock.BootId)]
        : [];

    private FolderLock Wait()
    {
        TimeSpan giveUpAt = BootClock.Elapsed + Patience;
        while (true)
        {
            if (FolderLock.TryTake(Path.Combine(_folder, "lock")) is { } held)
            {
                return held;
            }

            if (BootClock.Elapsed > giveUpAt)
            {
                throw new IOException($"Another process has been bringing {_folder} up to date for {Patience.TotalSeconds:0} s.");
            }

            Thread.Yield();
        }
    }

    /// <summary>An end that wasn't noted may be torn, and so may be what named the sandbox's process, which is gone.</summary>
    private static void Mend(CommandFolder folder, byte[] start, byte[]? end)
    {
        WholeFile.CreateFolder(folder.Path);
        WholeFile.Write(folder.Started, start);
        File.Delete(folder.Sandbox);
        if (end is null)
        {
            File.Delete(folder.Exit);
        }
        else
        {
            WholeFile.Write(folder.Exit, end);
        }
    }

    /// <summary>What was being written when the power went is no whole line, and is left out.</summary>
    private static Dictionary<string, (byte[]? Start, byte[]? End)> Read(string[] files)
    {
        Dictionary<string, (byte[]? Start, byte[]? End)> commands = [];
        foreach (string line in files.SelectMany(File.ReadLines))
        {
            if (line.Split(' ', 3) is [var command, Started or Ended, ['{', .., '}']] and [_, var kind, var record])
            {
                byte[] json = Encoding.UTF8.GetBytes(record);
                (byte[]? start, byte[]? end) = commands.GetValueOrDefault(command);
                commands[command] = kind == Started ? (json, end) : (start, json);
            }
        }

        return commands;
    }

    private void Append(string command, string kind, ReadOnlySpan<byte> record)
    {
        WholeFile.CreateFolder(_folder);
        string path = Path.Combine(_folder, BootClock.BootId);
        bool isNew = !File.Exists(path);

        // Behind a line end, for the line before may be torn; and in one piece, for commands beside this one write here, too.
        byte[] line = [.. Encoding.UTF8.GetBytes($"\n{command} {kind} "), .. record, (byte)'\n'];
        using SafeFileHandle file = Open(path);
        WriteWhole(file, line, path);
        DurableFile.Sync(file, path);
        if (isNew)
        {
            // The folders may be as new as the file.
            DurableFile.SyncFolder(_folder);
            DurableFile.SyncFolder(parent);
            DurableFile.SyncFolder(Path.GetDirectoryName(parent)!);
        }
    }

    private static SafeFileHandle Open(string path)
    {
        int fd = Libc.Open(path, Libc.WriteOnly | Libc.Append | Libc.Create | Libc.CloseOnExec, Convert.ToInt32("600", 8));
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw Libc.Failure($"Opening {path}");
    }

    private static unsafe void WriteWhole(SafeFileHandle file, byte[] line, string path)
    {
        fixed (byte* bytes = line)
        {
            nint written = Libc.Write((int)file.DangerousGetHandle(), bytes, line.Length);
            if (written < 0)
            {
                throw Libc.Failure($"Writing to {path}");
            }

            if (written < line.Length)
            {
                throw new IOException($"Writing to {path} failed: the disk is full.", Libc.NoSpace);
            }
        }
    }
}
