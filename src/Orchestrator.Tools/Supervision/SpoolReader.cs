using System.Globalization;
using System.Text;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Supervision;

/// <summary>Reads back what a command wrote, see <see cref="Spool"/>.</summary>
internal static class SpoolReader
{
    /// <summary>The kept output, with a line in place of what was left out, and the bytes that the spool knows of.</summary>
    public static (byte[] Output, long Length) Read(CommandFolder folder)
    {
        long length = LengthOf(folder);
        return (Read(folder, 0, length), length);
    }

    /// <summary>The bytes that the spool knows of.</summary>
    public static long LengthOf(CommandFolder folder) =>
        Parts(folder).Select(part => part.Offset + new FileInfo(part.Path).Length).LastOrDefault();

    /// <summary>What is kept of a piece of the output, with a line in place of what was left out.</summary>
    /// <param name="folder">The command's folder.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="to">The byte behind the last.</param>
    public static byte[] Read(CommandFolder folder, long from, long to)
    {
        using MemoryStream output = new();
        long at = from;
        foreach ((long offset, string path) in Parts(folder))
        {
            byte[] bytes = File.ReadAllBytes(path);
            long end = Math.Min(offset + bytes.Length, to);
            if (end <= at)
            {
                continue;
            }

            if (offset > at)
            {
                output.Write(Encoding.UTF8.GetBytes($"\n[{offset - at} bytes left out]\n"));
                at = offset;
            }

            output.Write(bytes, (int)(at - offset), (int)(end - at));
            at = end;
        }

        return output.ToArray();
    }

    private static IEnumerable<(long Offset, string Path)> Parts(CommandFolder folder)
    {
        // By hand: to the platform's matcher "out.*" also means "out".
        string prefix = $"{Path.GetFileName(folder.Out)}.";
        IEnumerable<(long, string)> segments = Directory.EnumerateFiles(folder.Path)
            .Where(path => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal))
            .Select(path => (long.Parse(Path.GetFileName(path)[prefix.Length..], CultureInfo.InvariantCulture), path));
        return (File.Exists(folder.Out) ? segments.Prepend((0L, folder.Out)) : segments).OrderBy(part => part.Item1);
    }
}
