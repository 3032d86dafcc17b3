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
        string[] head = File.Exists(folder.Out) ? [folder.Out] : [];
        return head
            .Select(path => (Offset: 0L, Path: path))
            .Concat(Directory.EnumerateFiles(folder.Path, "out.*")
                .Select(path => (Offset: long.Parse(Path.GetExtension(path)[1..], CultureInfo.InvariantCulture), Path: path)))
            .OrderBy(part => part.Offset);
    }
}
