using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Files;

namespace Orchestrator.Tools.Snapshots;

/// <summary>
/// Writes the objects that a snapshot adds as one zip file, which is there whole or not at all: entries by number, and last the names of
/// all of them in that order. Nothing is written if nothing is new.
/// </summary>
/// <param name="folder">Where the packs are.</param>
/// <param name="known">What earlier packs have; grows by what this one gets.</param>
internal sealed class PackWriter(string folder, HashSet<string> known) : IDisposable
{
    internal const string Extension = ".zip";

    /// <summary>Ends the names of files that are not whole; whoever is killed leaves them.</summary>
    internal const string Building = ".building";

    /// <summary>The entry that names the others.</summary>
    internal const string Names = "names";

    private readonly List<string> _ids = [];
    private string? _beside;
    private FileStream? _file;
    private ZipArchive? _zip;

    /// <summary>Bytes that were added, before they were compressed.</summary>
    public long Added { get; private set; }

    public bool Has(string id) => known.Contains(id);

    /// <summary>Adds an object if it is new.</summary>
    public void Add(string id, ReadOnlySpan<byte> content, CompressionLevel level)
    {
        if (known.Add(id))
        {
            using Stream entry = NewEntry(level);
            entry.Write(content);
            _ids.Add(id);
            Added += content.Length;
        }
    }

    /// <summary>Adds an object that is too large for the memory, whatever it is by now.</summary>
    /// <returns>Its id.</returns>
    public string Add(Stream content, CompressionLevel level)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (Stream entry = NewEntry(level))
        {
            byte[] buffer = new byte[1024 * 1024];
            for (int read = content.Read(buffer); read > 0; read = content.Read(buffer))
            {
                hash.AppendData(buffer, 0, read);
                entry.Write(buffer, 0, read);
                Added += read;
            }
        }

        string id = Convert.ToHexStringLower(hash.GetHashAndReset());
        known.Add(id);
        _ids.Add(id);
        return id;
    }

    /// <summary>Puts the pack on the disk under the name of the snapshot that it completes.</summary>
    public void Commit(string root)
    {
        if (_zip is null)
        {
            return;
        }

        using (Stream names = _zip.CreateEntry(Names).Open())
        {
            names.Write(Encoding.ASCII.GetBytes(string.Join('\n', _ids)));
        }

        _zip.Dispose();
        _file!.Flush();
        DurableFile.Sync(_file.SafeFileHandle, _beside!);
        _file.Dispose();
        File.Move(_beside!, PathOf(folder, root), overwrite: true);
        DurableFile.SyncFolder(folder);
        _zip = null;
    }

    public void Dispose()
    {
        _zip?.Dispose();
        _file?.Dispose();
        if (_beside is not null)
        {
            File.Delete(_beside);
        }
    }

    /// <summary>A name that no pack has yet: a tree may come back to what it was, and miss what was stored between.</summary>
    private static string PathOf(string folder, string root)
    {
        string path = Path.Combine(folder, root + Extension);
        for (int number = 2; File.Exists(path); number++)
        {
            path = Path.Combine(folder, $"{root}-{number}{Extension}");
        }

        return path;
    }

    private Stream NewEntry(CompressionLevel level)
    {
        if (_zip is null)
        {
            _beside = Path.Combine(folder, Guid.NewGuid().ToString("N") + Building);
            _file = new FileStream(_beside, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 64 * 1024);
            _zip = new ZipArchive(_file, ZipArchiveMode.Create, leaveOpen: true);
        }

        return _zip.CreateEntry($"{_ids.Count}", level).Open();
    }
}
