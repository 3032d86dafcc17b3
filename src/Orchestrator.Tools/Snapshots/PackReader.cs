using System.IO.Compression;
using System.Security.Cryptography;

namespace Orchestrator.Tools.Snapshots;

/// <summary>The objects of all snapshots of a workspace.</summary>
internal sealed class PackReader : IDisposable
{
    private const int MostTries = 10;

    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];
    private readonly List<ZipArchive> _packs = [];

    private PackReader()
    {
    }

    public IEnumerable<string> Ids => _entries.Keys;

    /// <param name="folder">Where the packs are; it need not be there.</param>
    /// <exception cref="InvalidDataException">A pack is damaged.</exception>
    public static PackReader Open(string folder)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return Open(Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + PackWriter.Extension) : []);
            }
            catch (FileNotFoundException) when (tries < MostTries)
            {
                // It was merged with others while we looked, see PackMerge: what was in it is in another by now.
            }
        }
    }

    /// <summary>The objects of one pack.</summary>
    /// <exception cref="InvalidDataException">The pack is damaged.</exception>
    public static PackReader OpenOne(string path) => Open([path]);

    private static PackReader Open(IEnumerable<string> paths)
    {
        var reader = new PackReader();
        try
        {
            foreach (string path in paths)
            {
                reader.Add(ZipFile.OpenRead(path), path);
            }

            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Copies an object, and checks that it is what it is called.</summary>
    /// <exception cref="InvalidDataException">It isn't there, or not what it is called.</exception>
    public void CopyTo(string id, Stream target)
    {
        using Stream content = (_entries.GetValueOrDefault(id) ?? throw new InvalidDataException($"The object {id} of a snapshot is gone; the data folder is damaged.")).Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[128 * 1024];
        for (int read = content.Read(buffer); read > 0; read = content.Read(buffer))
        {
            hash.AppendData(buffer, 0, read);
            target.Write(buffer, 0, read);
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != id)
        {
            throw new InvalidDataException($"The object {id} of a snapshot does not match its hash; the data folder is damaged.");
        }
    }

    /// <inheritdoc cref="CopyTo"/>
    public byte[] Read(string id)
    {
        using var content = new MemoryStream();
        CopyTo(id, content);
        return content.ToArray();
    }

    public void Dispose() => _packs.ForEach(pack => pack.Dispose());

    private void Add(ZipArchive pack, string path)
    {
        _packs.Add(pack);
        ZipArchiveEntry list = pack.GetEntry(PackWriter.Names) ?? throw new InvalidDataException($"{path} is no pack of a snapshot.");
        using var names = new StreamReader(list.Open());
        int number = 0;
        while (names.ReadLine() is { } id)
        {
            _entries[id] = pack.GetEntry($"{number++}") ?? throw new InvalidDataException($"{path} lacks objects of a snapshot.");
        }
    }
}
