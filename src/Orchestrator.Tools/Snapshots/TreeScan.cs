using System.IO.Compression;
using System.Security.Cryptography;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Snapshots;

/// <summary>Looks through a folder and everything below it, and names what it finds by content.</summary>
/// <param name="before">What the last look knew.</param>
/// <param name="writer">Gets what is new; null if nothing is to be kept.</param>
/// <param name="options">The limits.</param>
/// <param name="now">The time, nanoseconds since 1970.</param>
internal sealed class TreeScan(StatCache before, PackWriter? writer, SnapshotOptions options, long now)
{
    internal const int Deepest = 256;

    /// <summary>Larger files are not held in memory.</summary>
    private const int LargestInMemory = 4 * 1024 * 1024;

    private const int SampleBytes = 256 * 1024;
    private const double WorthPressing = 0.95;

    /// <summary>What git keeps is compressed.</summary>
    private const string GitObjects = "/.git/objects/";

    private int _names;
    private long _bytes;

    /// <summary>What this look knows.</summary>
    public StatCache Seen { get; } = new();

    /// <summary>Names that no snapshot has: sockets, pipes, devices.</summary>
    public List<string> LeftOut { get; } = [];

    /// <param name="folder">The folder.</param>
    /// <param name="path">Its path, by which the cache knows it.</param>
    /// <returns>The id of its manifest.</returns>
    /// <exception cref="SnapshotException">It is beyond the limits.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public string Scan(OpenFolder folder, string path, int depth = 0)
    {
        if (depth > Deepest)
        {
            throw new SnapshotException($"Folders are nested more than {Deepest} deep.");
        }

        var entries = new List<ManifestEntry>();
        foreach (string name in folder.List())
        {
            if (TryEntry(folder, name, $"{path}/{name}", depth) is { } entry)
            {
                entries.Add(entry);
            }
        }

        string id = Keep(FolderManifest.Write(entries));
        Seen.AddFolder(path, id);
        return id;
    }

    /// <summary>Keeps a manifest that holds others.</summary>
    /// <returns>Its id.</returns>
    public string Keep(byte[] manifest) => Keep(manifest, CompressionLevel.Fastest);

    /// <summary>A session may delete it while it is looked at.</summary>
    private ManifestEntry? TryEntry(OpenFolder folder, string name, string path, int depth)
    {
        try
        {
            return Entry(folder, name, path, depth);
        }
        catch (IOException) when (folder.Find(name) is null)
        {
            return null;
        }
    }

    /// <returns>Null if it is gone meanwhile, or left out.</returns>
    private ManifestEntry? Entry(OpenFolder folder, string name, string path, int depth)
    {
        if (folder.Find(name) is not { } facts)
        {
            return null;
        }

        if (++_names > options.MostFiles)
        {
            throw new SnapshotException($"There are more than {options.MostFiles:N0} files.");
        }

        switch (facts.Kind)
        {
            case FileKind.Folder:
                using (OpenFolder inner = folder.Folder(name))
                {
                    return new ManifestEntry(FileKind.Folder, facts.Mode, 0, Scan(inner, path, depth + 1), name);
                }

            case FileKind.Link:
                return new ManifestEntry(FileKind.Link, 0, 0, Keep(folder.ReadLink(name), CompressionLevel.NoCompression), name);
            case FileKind.File:
                _bytes += facts.Size;
                if (_bytes > options.MostBytes)
                {
                    throw new SnapshotException($"The files take more than {options.MostBytes / (1024 * 1024):N0} MiB.");
                }

                return new ManifestEntry(FileKind.File, facts.Mode, facts.Modified, File(folder, name, path, facts), name);
            default:
                LeftOut.Add(Posix.Readable(path));
                return null;
        }
    }

    private string File(OpenFolder folder, string name, string path, FileFacts facts)
    {
        string? id = before.Find(path, facts);
        if (id is null)
        {
            using FileStream file = folder.File(name);
            CompressionLevel level = path.Contains(GitObjects, StringComparison.Ordinal) ? CompressionLevel.NoCompression : CompressionLevel.Fastest;
            id = facts.Size <= LargestInMemory ? Small(file, level) : Large(file, level);
        }

        Seen.Add(path, facts, id, now);
        return id;
    }

    private string Small(FileStream file, CompressionLevel level)
    {
        using var content = new MemoryStream();
        file.CopyTo(content);
        return Keep(content.GetBuffer().AsSpan(0, (int)content.Length), level);
    }

    private string Large(FileStream file, CompressionLevel level)
    {
        string id = Convert.ToHexStringLower(SHA256.HashData(file));
        if (writer is null || writer.Has(id))
        {
            return id;
        }

        level = IsPressable(file) ? level : CompressionLevel.NoCompression;
        file.Position = 0;
        return writer.Add(file, level);
    }

    /// <summary>Most large files are pressed already; a piece from the middle tells, in a fraction of the time that all of it would take.</summary>
    private static bool IsPressable(FileStream file)
    {
        byte[] sample = new byte[SampleBytes];
        file.Position = (file.Length - sample.Length) / 2;
        int read = file.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false);
        using var pressed = new MemoryStream();
        using (var press = new DeflateStream(pressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            press.Write(sample, 0, read);
        }

        return pressed.Length < read * WorthPressing;
    }

    private string Keep(ReadOnlySpan<byte> content, CompressionLevel level)
    {
        string id = Convert.ToHexStringLower(SHA256.HashData(content));
        writer?.Add(id, content, level);
        return id;
    }
}
