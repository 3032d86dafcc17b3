using System.IO.Compression;

namespace Orchestrator.Tools.Snapshots;

/// <summary>
/// Makes one pack of many small ones: a run of thousands of calls would have as many packs, and each look into them would open all. Whoever
/// reads meanwhile finds every object, in the one or in the others.
/// </summary>
internal static class PackMerge
{
    /// <summary>As many small packs are kept before they become one.</summary>
    public const int MostSmall = 64;

    private const long Small = 1 << 20;

    /// <param name="folder">Where the packs are; nobody else writes there now.</param>
    public static void MergeIfDue(string folder)
    {
        FileInfo[] small = [.. new DirectoryInfo(folder).EnumerateFiles("*" + PackWriter.Extension).Where(pack => pack.Length < Small)];
        if (small.Length <= MostSmall)
        {
            return;
        }

        try
        {
            Merge(folder, small);
        }
        catch (InvalidDataException)
        {
            // A damaged pack is the concern of whoever needs something of it; nothing is merged with it, or deleted.
            return;
        }

        // Only now: until the one is on the disk, the others hold what is in it.
        foreach (FileInfo pack in small)
        {
            pack.Delete();
        }
    }

    private static void Merge(string folder, FileInfo[] packs)
    {
        using var writer = new PackWriter(folder, []);
        foreach (FileInfo pack in packs)
        {
            using PackReader objects = PackReader.OpenOne(pack.FullName);
            foreach (string id in objects.Ids)
            {
                writer.Add(id, objects.Read(id), CompressionLevel.Optimal);
            }
        }

        writer.Commit("merged");
    }
}
