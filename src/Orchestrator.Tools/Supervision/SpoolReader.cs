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
        using MemoryStream output = new();
        long length = 0;
        foreach ((long offset, string path) in Parts(folder))
        {
            if (offset > length)
            {
                output.Write(Encoding.UTF8.GetBytes($"\n[{offset - length} bytes left out]\n"));
            }

            byte[] bytes = File.ReadAllBytes(path);
            output.Write(bytes);
            length = offset + bytes.Length;
        }

        return (output.ToArray(), length);
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
