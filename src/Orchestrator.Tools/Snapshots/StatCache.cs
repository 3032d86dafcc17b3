using System.Text;

namespace Orchestrator.Tools.Snapshots;

/// <summary>
/// What the files of a workspace looked like to the kernel at its last snapshot: one that looks the same is not read again. Only a
/// short cut: without it, everything is read.
/// </summary>
internal sealed class StatCache
{
    private const int Format = 1;

    /// <summary>A file that was changed so shortly before a look may be changed again without looking different: clocks tick.</summary>
    private const long Tick = 20_000_000;

    private readonly Dictionary<string, Known> _names = [];

    public IEnumerable<string> Ids => _names.Values.Select(known => known.Id);

    /// <returns>Null if there is none, or none that can be used.</returns>
    public static StatCache? Read(string path)
    {
        try
        {
            using var reader = new BinaryReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 256 * 1024), Encoding.UTF8);
            if (reader.ReadInt32() != Format)
            {
                return null;
            }

            var cache = new StatCache();
            int count = reader.ReadInt32();
            cache._names.EnsureCapacity(count);
            for (int number = 0; number < count; number++)
            {
                cache._names[reader.ReadString()] = new Known(
                    reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64(), Convert.ToHexStringLower(reader.ReadBytes(32)));
            }

            return reader.ReadInt32() == count ? cache : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes it, if it can be written: an older one, or none, only costs the next look its time.</summary>
    public void TryWrite(string path)
    {
        try
        {
            Write(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The snapshot itself is kept.
        }
    }

    /// <summary>One writer at a time, under the lock of the snapshots: what a killed one has left is written over.</summary>
    private void Write(string path)
    {
        string beside = path + PackWriter.Building;
        using (var writer = new BinaryWriter(new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, 256 * 1024), Encoding.UTF8))
        {
            writer.Write(Format);
            writer.Write(_names.Count);
            foreach ((string name, Known known) in _names)
            {
                writer.Write(name);
                writer.Write(known.Size);
                writer.Write(known.Modified);
                writer.Write(known.Changed);
                writer.Write(known.Inode);
                writer.Write(Convert.FromHexString(known.Id));
            }

            writer.Write(_names.Count);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <returns>What the file holds, if it looks as it did; else null.</returns>
    public string? Find(string path, FileFacts facts) =>
        _names.TryGetValue(path, out Known known) && known == new Known(facts.Size, facts.Modified, facts.Changed, facts.Inode, known.Id) ? known.Id : null;

    /// <param name="path">The file's, from the root.</param>
    /// <param name="facts">What it looked like before it was read.</param>
    /// <param name="id">What it holds.</param>
    /// <param name="lookedAt">When the look began, nanoseconds since 1970.</param>
    public void Add(string path, FileFacts facts, string id, long lookedAt) =>
        _names[path] = new Known(facts.Size, facts.Modified, facts.Changed < lookedAt - Tick ? facts.Changed : 0, facts.Inode, id);

    /// <summary>A folder's manifest is stored; folders are always looked into.</summary>
    public void AddFolder(string path, string id) => _names[path + '/'] = new Known(0, 0, 0, 0, id);

    private readonly record struct Known(long Size, long Modified, long Changed, ulong Inode, string Id);
}
